/**
 * Lets so many token requests through at once. Whoever has callers waiting goes first, then whoever came first; but a
 * lane that has more than half of all lets the others go before it, so that a slow one cannot hold them up.
 */
export class RequestQueue {
  readonly #limit: number;
  readonly #urgent = new Lanes();
  readonly #patient = new Lanes();
  /** How many are under way, by lane and in all. */
  readonly #running = new Map<string, number>();
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Does the work when its turn comes, and settles as it does; or rejects with the signal's reason before that. */
  run<T>(work: () => Promise<T>, turn: Turn): Promise<T> {
    const { isUrgent, signal } = turn;
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#total < this.#limit) return this.#start(work, turn.lane);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#urgent.take(turn);
        this.#patient.take(turn);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      (isUrgent ? this.#urgent : this.#patient).add(turn, () => {
        signal.removeEventListener('abort', leave);
        resolve(this.#start(work, turn.lane));
      });
    });
  }

  /** Somebody has come to wait for this work. */
  expedite(place: Place): void {
    const start = this.#patient.take(place);
    if (start) this.#urgent.add(place, start);
  }

  #start<T>(work: () => Promise<T>, lane: string): Promise<T> {
    this.#count(lane, 1);
    return work().finally(() => {
      this.#count(lane, -1);
      this.#next()?.();
    });
  }

  #next(): Start | undefined {
    const isModest = (lane: string): boolean => (this.#running.get(lane) ?? 0) <= this.#limit / 2;
    const isAny = (): boolean => true;
    return (
      this.#urgent.next(isModest) ??
      this.#patient.next(isModest) ??
      this.#urgent.next(isAny) ??
      this.#patient.next(isAny)
    );
  }

  #count(lane: string, change: number): void {
    this.#total += change;
    const running = (this.#running.get(lane) ?? 0) + change;
    if (running > 0) this.#running.set(lane, running);
    else this.#running.delete(lane);
  }
}

export interface Place {
  /** The token endpoint. Lanes take turns. */
  readonly lane: string;
  /** Who waits at most once at a time. */
  readonly owner: object;
}

export interface Turn extends Place {
  readonly isUrgent: boolean;
  readonly signal: AbortSignal;
}

type Start = () => void;

/** Those who wait, by lane. */
class Lanes {
  /** The lane whose turn is next comes first, and in it who came first. None is empty. */
  readonly #lanes = new Map<string, Map<object, Start>>();

  add({ lane, owner }: Place, start: Start): void {
    const waiting = this.#lanes.get(lane) ?? new Map<object, Start>();
    this.#lanes.set(lane, waiting.set(owner, start));
  }

  take({ lane, owner }: Place): Start | undefined {
    const waiting = this.#lanes.get(lane);
    const start = waiting?.get(owner);
    waiting?.delete(owner);
    if (waiting?.size === 0) this.#lanes.delete(lane);
    return start;
  }

  next(mayGo: (lane: string) => boolean): Start | undefined {
    for (const [lane, waiting] of this.#lanes) {
      const [owner] = waiting.keys();
      if (owner === undefined || !mayGo(lane)) continue;
      const start = this.take({ lane, owner });
      // To the back: the other lanes are next.
      if (this.#lanes.delete(lane)) this.#lanes.set(lane, waiting);
      return start;
    }
    return undefined;
  }
}
