import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import type { EventName } from '../../lib/ground/events.js';
import type { GetTokenOptions, TokenProviderOptions } from '../../lib/index.js';
import { Stage } from './stage.js';

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Secret = string | { readonly throws: true } | { readonly hangs: true };

export type Step =
  | { readonly pass: number }
  | { readonly stepWallClock: number }
  | { readonly sleep: number }
  | { readonly stall: number }
  | ({ readonly call: string; readonly signal?: true } & Pick<
      GetTokenOptions,
      'maxWaitMs' | 'minValidityMs' | 'scope'
    >)
  | { readonly refresh: string }
  | { readonly abort: string }
  | { readonly answer: Answer }
  | { readonly answersFromNowOn: Answer }
  | { readonly fail: string }
  | { readonly invalidate: string }
  | { readonly secret: Secret }
  | { readonly chance: number }
  | { readonly close: true };

/** What a caller got: a token, nothing yet, or an error by its code. */
type Outcome = string | Readonly<Record<string, unknown>>;

/** One portable test, as the README beside the vectors describes it. */
export interface Vector {
  readonly id: string;
  readonly covers: readonly string[];
  readonly why: string;
  readonly given: {
    readonly options?: Partial<TokenProviderOptions>;
    readonly secret?: string;
    readonly chance?: number;
    readonly token?: { readonly fields: object; readonly ageMs: number };
    readonly listener?: { readonly on: EventName; readonly does: 'throw' | 'hang' };
  };
  readonly steps: readonly Step[];
  readonly expected: {
    readonly state?: string;
    readonly requests?: number;
    readonly inFlight?: boolean;
    readonly callers?: Readonly<Record<string, Outcome>>;
    readonly nextAttemptInMs?: number | null;
    readonly peek?: string | null;
    readonly dueInMs?: number;
    readonly expiresInMs?: number;
    readonly events?: readonly EventName[];
    readonly sent?: readonly string[];
    readonly armed?: number;
  };
}

type Take<Name extends string> = (step: Extract<Step, Record<Name, unknown>>) => unknown;
type Takes = { readonly [Name in StepName]: Take<Name> };
type NameOf<One> = One extends unknown ? Exclude<keyof One, keyof GetTokenOptions> : never;
type StepName = NameOf<Step>;

/** Plays one vector on a stage. */
export class VectorRun {
  readonly #vector: Vector;
  readonly #stage: Stage;
  readonly #callers = new Map<string, Outcome>();
  readonly #signals = new Map<string, AbortController>();
  readonly #errors: Error[] = [];
  #secret: Secret;
  #chance: number;

  constructor(vector: Vector) {
    const { options, secret = 'first-secret', chance = 0, listener } = vector.given;
    this.#vector = vector;
    this.#secret = secret;
    this.#chance = chance;
    this.#stage = new Stage({
      clientSecret: () => this.#supply() as string,
      authentication: 'post',
      ...options,
    });
    sinon.stub(Math, 'random').callsFake(() => this.#chance);
    sinon.stub(process, 'emitWarning');
    if (listener) this.#listen(listener);
  }

  async play(): Promise<void> {
    const { given, steps } = this.#vector;
    if (given.token) {
      await this.#stage.warm(given.token.fields);
      await this.#stage.time.pass(given.token.ageMs);
    }
    for (const step of steps) {
      await this.#take(step);
      await this.#stage.time.settle();
    }
  }

  /** Compares whatever the vector names; what it does not name is free. No secret may be seen anywhere. */
  judge(): void {
    const { expected } = this.#vector;
    expect(likeness(this.#observe(), expected)).to.deep.equal(expected);
    const shown = inspect([this.#errors, this.#stage.events, this.#stage.provider.status()], { depth: null });
    expect(shown).not.to.match(/first-secret|top-secret/);
  }

  async end(): Promise<void> {
    await this.#stage.strike();
  }

  #observe(): object {
    const { provider, server, time, events } = this.#stage;
    const [status] = provider.status();
    const fromNow = (at: number | undefined) => (at === undefined ? null : at - Date.now());
    return {
      state: status?.state,
      requests: server.requests.length,
      inFlight: status?.refreshing,
      callers: Object.fromEntries(this.#callers),
      nextAttemptInMs: fromNow(status?.nextAttemptAt),
      peek: provider.peek()?.value ?? null,
      dueInMs: fromNow(status?.dueAt),
      expiresInMs: fromNow(status?.expiresAt),
      events: events.map(([name]) => name),
      sent: server.requests.map(({ config }) => new URLSearchParams(config.data).get('client_secret')),
      armed: time.armed,
    };
  }

  #take(step: Step): unknown {
    const { time, server, provider } = this.#stage;
    const takes: Takes = {
      pass: ({ pass }) => time.pass(pass),
      stepWallClock: ({ stepWallClock }) => time.stepWallClock(stepWallClock),
      sleep: ({ sleep }) => time.stepWallClock(sleep),
      stall: ({ stall }) => time.stall(stall),
      call: (call) => this.#call(call),
      refresh: ({ refresh }) =>
        this.#follow(
          refresh,
          provider.refresh().then(({ value }) => value),
        ),
      abort: ({ abort }) => this.#signals.get(abort)?.abort(),
      answer: ({ answer }) => server.last.answer(answer.status, answer.body, answer.headers),
      answersFromNowOn: ({ answersFromNowOn: { status, body, headers } }) => {
        server.last.answer(status, body, headers);
        server.respond = (request) => request.answer(status, body, headers);
      },
      fail: ({ fail }) => server.last.fail(fail),
      invalidate: ({ invalidate }) => provider.invalidate(invalidate),
      secret: ({ secret }) => {
        this.#secret = secret;
      },
      chance: ({ chance }) => {
        this.#chance = chance;
      },
      close: () => provider.close(),
    };
    const [name] = Object.keys(step) as [StepName];
    return (takes[name] as (step: Step) => unknown)(step);
  }

  #call({ call, signal, ...options }: Extract<Step, { call: string }>): void {
    const own = new AbortController();
    this.#signals.set(call, own);
    const wish = signal ? { ...options, signal: own.signal } : options;
    const { provider } = this.#stage;
    const isPlain = Object.keys(wish).length === 0;
    this.#follow(call, isPlain ? provider.getToken() : provider.getToken(wish));
  }

  #follow(caller: string, promise: Promise<string>): void {
    this.#callers.set(caller, { waits: true });
    promise.then(
      (token) => this.#callers.set(caller, token),
      (error: Error & { code?: unknown; retryAt?: number; cause?: { code?: unknown } }) => {
        this.#errors.push(error);
        const retryAt = error.retryAt === undefined ? null : error.retryAt - this.#stage.startedAt;
        const code = error.name === 'AbortError' ? error.name : error.code;
        this.#callers.set(caller, { error: code, retryAt, cause: error.cause?.code });
      },
    );
  }

  #supply(): unknown {
    if (typeof this.#secret === 'string') return this.#secret;
    if ('hangs' in this.#secret) return new Promise(() => undefined);
    throw new Error('The vault is sealed.');
  }

  #listen({ on, does }: NonNullable<Vector['given']['listener']>): void {
    this.#stage.provider.on(on, () => {
      if (does === 'throw') throw new Error('listener at fault');
      return new Promise(() => undefined);
    });
  }
}

/** The part of `seen` that `expected` names. */
function likeness(seen: unknown, expected: unknown): unknown {
  if (!isRecord(expected) || !isRecord(seen)) return seen;
  return Object.fromEntries(Object.keys(expected).map((key) => [key, likeness(seen[key], expected[key])]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
