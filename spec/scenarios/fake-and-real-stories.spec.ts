import { expect } from 'chai';
import fc from 'fast-check';
import {
  type EventName,
  type Listener,
  type TargetOptions,
  TokenEndpointError,
  type TokenEndpointFailure,
  TokenProvider,
  type TokenProviderError,
} from '../../lib/index.js';
import { FakeProvider } from '../../lib/testing/fake/fake-provider.js';
import { TokenServer } from '../../lib/testing/server/token-server.js';
import { VirtualTime } from '../support/virtual-time.js';

/**
 * What differs on purpose is kept out of the stories: no token falls due (the fake one renews it when asked, the real one in the
 * background), nobody waits after a failure (the fake one lets nobody), each token is another one, the client is known. The real one
 * is asked for all targets whenever its server changes, since the fake one renews at once then. A hang comes last, since requests
 * that hang go on when the server is well again; and after failures all is well first, since the real one hangs at its next attempt,
 * and the fake one at the next call.
 */
const LIFE_MS = 3_500_000;
/** Longer than any delay of the real one, and a few of it less than half of a token's life. */
const PAUSE_MS = 301_000;
/** The longest `Retry-After` that the real one follows: targets are given up before it is over. */
const RETRY_AFTER_MS = 3_600_000;

const EVENTS: readonly EventName[] = ['refresh', 'failure', 'retry', 'expire', 'reject', 'evict'];
const TARGETS: readonly TargetOptions[] = [{}, { scope: ['a', 'b'] }];
type Refused = 'fails' | 'failsForGood' | 'failsForLong';
const REFUSALS: Readonly<Record<Refused, TokenEndpointFailure>> = {
  fails: { httpStatus: 503, error: 'temporarily_unavailable', permanent: false },
  failsForGood: { httpStatus: 401, error: 'invalid_client', permanent: true },
  failsForLong: {
    httpStatus: 503,
    error: 'temporarily_unavailable',
    permanent: false,
    retryAfterMs: RETRY_AFTER_MS,
  },
};

type Mood = 'well' | 'hangs' | Refused;

/** One of the two, with its server under the test's hand. */
interface Side {
  readonly provider: TokenProvider;
  become(mood: Mood): Promise<void>;
}

/** Tokens that tell whose they are, and which. */
function makeTokens() {
  const counts = new Map<string, number>();
  return ({ clientId, scope = '' }: { clientId: string; scope?: string | readonly string[] | undefined }) => {
    const about = String(scope).replace(/\W/g, '-');
    const count = (counts.get(`${clientId} ${about}`) ?? 0) + 1;
    counts.set(`${clientId} ${about}`, count);
    return `${count}-of-${about}`;
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Renewals end by an event: nobody waits for a clock. */
async function quiet(provider: TokenProvider): Promise<void> {
  const isBusy = () => provider.status().some(({ refreshing }) => refreshing);
  for (; isBusy(); await turns())
    await new Promise<void>((resolve) => {
      provider.once('refresh', () => resolve()).once('failure', () => resolve());
    });
}

function fakeSide(): Side {
  const provider = new FakeProvider({ token: makeTokens(), expiresInMs: LIFE_MS });
  const become = async (mood: Mood) => {
    if (mood === 'well') provider.set();
    else if (mood === 'hangs') provider.hang();
    else provider.fail(new TokenEndpointError(mood, REFUSALS[mood]));
    if (mood === 'hangs') return;
    // As long as somebody has asked of late, both try further.
    for (const { target } of provider.status())
      await provider.getToken({ scope: target.scope }).catch(() => undefined);
  };
  return { provider, become };
}

/** As a client of its own: a request that hung in the story before may come now. */
function realSide(server: TokenServer, clientId: string): Side {
  const { tokenEndpoint, clientSecret } = server;
  server.addClient({ clientId, clientSecret });
  server.recover();
  const waits = { maxWaitMs: 0, retry: { retries: 0 } };
  const provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret, ...waits });
  const become = async (mood: Mood) => {
    if (mood === 'hangs') {
      server.fail('hang');
      return;
    }
    if (mood === 'well') server.recover();
    else {
      const { httpStatus: status, error, retryAfterMs } = REFUSALS[mood];
      server.fail({ status, error, retryAfter: retryAfterMs && retryAfterMs / 1_000 });
    }
    for (const { state, target } of provider.status()) {
      const about = { scope: target.scope };
      // For the same reasons as with the fake one.
      const asked = state === 'fresh' ? provider.refresh(about) : provider.getToken(about);
      await (asked as Promise<unknown>).catch(() => undefined);
      await quiet(provider);
    }
  };
  return { provider, become };
}

/** Tells a story to one of the two, and writes down all that can be seen of it. */
class Telling {
  readonly #provider: TokenProvider;
  readonly #events = new Map<string, string[]>();
  readonly #asked: Promise<string>[] = [];
  #signal = new AbortController();
  #nudges = 0;

  constructor(provider: TokenProvider) {
    this.#provider = provider;
    for (const name of EVENTS)
      provider.on(name, (event) => {
        const { target, ...about } = event as { target: { scope: readonly string[] } };
        const { reason, error, lastError } = about as Record<string, TokenProviderError | undefined>;
        const words = [name, reason, error?.code, lastError?.code].filter(Boolean);
        const told = this.#events.get(target.scope.join()) ?? [];
        this.#events.set(target.scope.join(), [...told, words.join(' ')]);
      });
  }

  /** Each after one of `TARGETS`, or none. */
  readonly calls = {
    get: (about) => this.#ask(this.#provider.getToken(about)),
    getByDefault: () => this.#ask(this.#provider.getToken()),
    getByHandle: (about) => this.#ask(this.#provider.forClient(about).getToken()),
    getForLong: (about) => this.#ask(this.#provider.getToken({ ...about, minValidityMs: 3_000_000 })),
    getForTooLong: (about) => this.#ask(this.#provider.getToken({ ...about, minValidityMs: 4_000_000 })),
    getAborted: (about) => {
      const signal = AbortSignal.abort(new Error('mine'));
      this.#ask(this.#provider.getToken({ ...about, signal }));
    },
    getWithSignal: (about) => this.#ask(this.#provider.getToken({ ...about, signal: this.#signal.signal })),
    abort: () => this.#abort(),
    refresh: (about) => this.#ask(this.#provider.refresh(about)),
    refreshThrice: (about) => {
      for (let count = 0; count < 3; count += 1) this.calls.refresh(about);
    },
    invalidate: (about) => this.#provider.invalidate(this.#provider.peek(about)?.value ?? 'none'),
    onceClose: () => void this.#provider.once('refresh', this.#close),
    onceAbort: () => void this.#provider.once('refresh', this.#abort).once('expire', this.#abort),
    onReject: () => void this.#provider.on('refresh', this.#reject),
    onceRefresh: () => void this.#provider.once('refresh', this.#refresh),
    offReject: () => void this.#provider.off('refresh', this.#reject),
    offAll: () => void this.#provider.off('refresh', this.#close).off('refresh', this.#refresh),
  } satisfies Record<string, (about: TargetOptions) => void>;

  /** All that was asked has been answered, and is told in the order of the calls. */
  outcomes(): Promise<string[]> {
    return Promise.all(this.#asked);
  }

  async report() {
    return { outcomes: await this.outcomes(), events: this.#events };
  }

  /** What anybody can see of it. */
  see() {
    const { status, entries } = this.#provider.health();
    return {
      status,
      held: TARGETS.map((about) => this.#provider.peek(about)?.value),
      entries: entries.map(({ target: { scope }, nextAttemptAt = 0, ...entry }) => [
        `${scope} ${entry.status} ${entry.state} ${entry.lastErrorCode} ${entry.consecutiveFailures}`,
        { isRenewed: entry.refreshing, isPlanned: nextAttemptAt >= Date.now() },
      ]),
    };
  }

  /** How bad it is where attempts fail. */
  troubles() {
    const { entries } = this.#provider.health();
    return entries.filter(({ consecutiveFailures: count }) => count > 0).map(({ status }) => status);
  }

  readonly #close: Listener<'refresh'> = () => this.#provider.close();
  readonly #abort = (): void => {
    this.#signal.abort(new Error('mine'));
    this.#signal = new AbortController();
  };
  readonly #reject: Listener<'refresh'> = ({ target: { scope } }) => this.calls.invalidate({ scope });
  readonly #refresh: Listener<'refresh'> = ({ target: { scope } }) => {
    this.#nudges += 1;
    this.calls.refresh({ scope });
  };

  #ask(asked: Promise<string | { readonly value: string }>): void {
    const outcome = asked.then(
      (got) => (typeof got === 'string' ? got : got.value),
      (error: TokenProviderError) => {
        const { name, code, message, cause } = error;
        return [name, code ?? message, (cause as TokenProviderError | undefined)?.code].join(' ');
      },
    );
    this.#asked.push(outcome);
  }
}

type Call = keyof Telling['calls'];
type Step = readonly [Call | Exclude<Mood, 'hangs'> | 'ends', number];

const CALLS = Object.keys(new Telling(new FakeProvider()).calls) as readonly Call[];
const about = fc.nat(TARGETS.length - 1);
const call: fc.Arbitrary<Step> = fc.tuple(fc.constantFrom(...CALLS), about);
const change: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('well', 'fails', 'failsForGood', 'failsForLong', 'ends', 'invalidate', 'get'),
  about,
);
const stories = fc.record({
  before: fc.array(fc.oneof(call, change), { maxLength: 8 }),
  hanging: fc.array(fc.oneof(call, fc.tuple(fc.constant('ends'), about)), { maxLength: 5 }),
  closed: fc.array(fc.oneof(call, change), { maxLength: 3 }),
});
type Story = typeof stories extends fc.Arbitrary<infer Each> ? Each : never;

const isRefusal = (step: Step[0]): step is Refused => step in REFUSALS;

/** One of the two, in a story. */
class Stage {
  readonly seen: unknown[] = [];
  readonly telling: Telling;
  readonly #time: VirtualTime;
  readonly #side: Side;
  /** Longer than the delay after the last failure. */
  #pauseMs = PAUSE_MS;

  constructor(side: Side, time: VirtualTime) {
    this.#side = side;
    this.#time = time;
    this.telling = new Telling(side.provider);
  }

  async play(steps: readonly Step[]): Promise<void> {
    for (const [step, index] of steps) {
      await this.#take(step, TARGETS[index] ?? {});
      await this.#rest();
      this.seen.push([step, index, this.telling.see()]);
    }
  }

  async hang(): Promise<void> {
    await this.#side.become('hangs');
    this.#rest = turns;
  }

  async close(): Promise<void> {
    await this.#side.provider.close();
    this.#rest = this.#answered;
  }

  async #take(step: Step[0], target: TargetOptions): Promise<void> {
    if (step === 'ends') {
      this.#outlive(LIFE_MS);
      this.seen.push(['unasked', this.telling.troubles()]);
      for (const { target } of this.#side.provider.status()) this.telling.calls.get({ scope: target.scope });
    } else if (step === 'well' || isRefusal(step)) {
      if (this.#pauseMs < LIFE_MS) this.#time.stall(this.#pauseMs);
      else this.#outlive(this.#pauseMs);
      this.#pauseMs = step === 'failsForLong' ? RETRY_AFTER_MS + PAUSE_MS : PAUSE_MS;
      await this.#side.become(step);
    } else this.telling.calls[step](target);
  }

  /** All tokens end. Whoever rejects one that has ended does nothing by it, but has the real one, whose timers do not fire, see its end. */
  #outlive(ms: number): void {
    const { held } = this.telling.see();
    this.#time.stall(ms);
    for (const token of held) if (token !== undefined) this.#side.provider.invalidate(token);
  }

  readonly #answered = async () => {
    await this.telling.outcomes();
    await quiet(this.#side.provider);
  };
  #rest = this.#answered;
}

async function tell(makeSide: () => Side, { before, hanging, closed }: Story) {
  const time = new VirtualTime();
  const stage = new Stage(makeSide(), time);
  try {
    await stage.play(before);
    if (before.some(([step]) => isRefusal(step))) await stage.play([['well', 0]]);
    await stage.hang();
    await stage.play(hanging);
    await stage.close();
    await stage.play(closed);
    return { seen: stage.seen, ...(await stage.telling.report()) };
  } finally {
    await stage.close();
    time.restore();
  }
}

describe('a fake provider, told a story', () => {
  it('comes to what the real one comes to', async () => {
    const server = await TokenServer.start({ token: makeTokens(), lifetimeMs: LIFE_MS });
    let count = 0;
    try {
      await fc.assert(
        fc.asyncProperty(stories, async (story) => {
          count += 1;
          const real = await tell(() => realSide(server, `client-${count}`), story);
          expect(await tell(fakeSide, story)).to.deep.equal(real);
        }),
        { numRuns: 60 },
      );
    } finally {
      await server.close();
    }
  });
});
