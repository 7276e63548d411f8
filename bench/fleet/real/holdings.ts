import type { Held } from './messages.js';

/** Who has held which token, and from when on. */
export class Holdings {
  readonly #processes: number;
  readonly #byToken = new Map<string, number[]>();
  readonly #counts: number[] = [];
  #onHeld: () => void = () => undefined;

  constructor(processes: number) {
    this.#processes = processes;
  }

  add(process: number, { token, at }: Held): void {
    this.#byToken.set(token, [...(this.#byToken.get(token) ?? []), at]);
    this.#counts[process] = (this.#counts[process] ?? 0) + 1;
    this.#onHeld();
  }

  /** Until each process has held so many tokens, one after another. */
  whenAllHeld(tokens: number): Promise<void> {
    return new Promise((resolve) => {
      this.#onHeld = () => {
        const { length } = this.#counts.filter((count) => count >= tokens);
        if (length === this.#processes) resolve();
      };
      this.#onHeld();
    });
  }

  /** For each token, from when the first process held it until all did, in ms; those that not all have held are left out. */
  spreadsMs(): number[] {
    return [...this.#byToken.values()]
      .filter(({ length }) => length === this.#processes)
      .map((moments) => Math.max(...moments) - Math.min(...moments));
  }

  /** When all had held the first token. */
  allStartedAt(): number {
    const [first = []] = this.#byToken.values();
    return Math.max(...first);
  }
}
