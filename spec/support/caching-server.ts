import { type ScriptedRequest, ScriptedServer } from './scripted-server.js';

/** How a server says what is left of a token: in whole seconds, as it is, or not at all. */
export type Saying = 'rounded down' | 'rounded' | 'rounded up' | 'exact' | 'unsaid';

const IN_SECONDS: Readonly<Record<Saying, (ms: number) => number | undefined>> = {
  'rounded down': (ms) => Math.floor(ms / 1_000),
  rounded: (ms) => Math.round(ms / 1_000),
  'rounded up': (ms) => Math.ceil(ms / 1_000),
  exact: (ms) => ms / 1_000,
  unsaid: () => undefined,
};

export interface CachingServerOptions {
  readonly lifetimeMs: number;
  readonly saying: Saying;
  /** How long a request takes to come to the server, in ms, and an answer to come back. */
  readonly wayMs: number;
}

/** A token endpoint in virtual time that gives one token until it ends, as Doorkeeper with `reuse_access_token` does. */
export class CachingServer extends ScriptedServer {
  readonly options: CachingServerOptions;
  /** The tokens that were issued, with their ends by the wall clock. */
  readonly ends = new Map<string, number>();
  /** Whether it gives the same token again. */
  isCaching = true;
  /** Answers in place of the server, while there is one. */
  standIn: ((request: ScriptedRequest) => void) | undefined;
  #current: string | undefined;

  constructor(options: CachingServerOptions) {
    super();
    this.options = options;
    const after = (work: () => void): unknown =>
      options.wayMs === 0 ? work() : setTimeout(work, options.wayMs);
    this.respond = (request) => {
      after(() => {
        const answer = this.#decide();
        after(() => answer(request));
      });
    };
  }

  get issued(): number {
    return this.ends.size;
  }

  /** For how long the token has been dead, in ms: 0 or less while it lives. */
  deadMs(token: string): number {
    return Date.now() - (this.ends.get(token) ?? 0);
  }

  /** The server comes up again, and knows none of its tokens any more. */
  restart(): void {
    for (const token of this.ends.keys())
      this.ends.set(token, Math.min(Date.now(), this.ends.get(token) ?? 0));
    this.#current = undefined;
  }

  /** The token that it gives ends sooner or later than it has said. */
  moveEnd(byMs: number): void {
    const token = this.#current ?? '';
    this.ends.set(token, (this.ends.get(token) ?? 0) + byMs);
  }

  /** What the server answers to a request that has just come. */
  #decide(): (request: ScriptedRequest) => void {
    if (this.standIn) return this.standIn;
    const { lifetimeMs, saying } = this.options;
    if (!this.isCaching || this.#current === undefined || this.deadMs(this.#current) >= 0) {
      this.#current = `t${this.issued + 1}`;
      this.ends.set(this.#current, Date.now() + lifetimeMs);
    }
    const token = this.#current;
    const expires_in = IN_SECONDS[saying](-this.deadMs(token));
    return (request) => request.grant(token, { expires_in });
  }
}
