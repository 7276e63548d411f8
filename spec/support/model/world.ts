import { getEventListeners } from 'node:events';
import { type Instant, now } from '../../../lib/ground/clock.js';
import type { TokenOrigin } from '../../../lib/ground/events.js';
import {
  type AccessToken,
  type EntryStatus,
  type FailureEvent,
  type GetTokenOptions,
  TokenProvider,
  type TokenProviderOptions,
} from '../../../lib/index.js';
import { VirtualTime } from '../virtual-time.js';
import { Callers } from './callers.js';
import { BLUR_MS, type Expect, expectSecrecy } from './expectations.js';
import type { SharedStore } from './fleet-peer.js';
import { ago, elapsedMs, type Grant, givenAgain, type Said, usableMs } from './grant.js';
import { type Listeners, listen } from './listeners.js';
import { isMisjudged, mayBeWrongAddress, RateOracle } from './oracle.js';
import { makeNeighbour, type NeighboursKey } from './proving/neighbour.js';
import { Proving, type ProvingBy } from './proving/proving.js';
import { ModelServer } from './server.js';

export type Supplier = 'giving' | 'asking' | 'throwing' | 'rejecting' | 'hanging' | 'slow' | 'rubbish';

const EVENTS = ['refresh', 'retry', 'failure', 'expire', 'reject'] as const;
const HOUR_MS = 3_600_000;
/** After this many attempts to get a token, more of the same time shows nothing new. */
const ENOUGH = 300;

/** A provider, a simulated server and an oracle in virtual time. Every promise of the provider is watched here. */
export class World {
  readonly time = new VirtualTime();
  readonly server = new ModelServer();
  readonly provider: TokenProvider;
  supplier: Supplier = 'giving';
  /** Whether somebody has set the wall clock; and whether back. */
  wasSet = false;
  wasSetBack = false;
  /** Whether the timer that ends the token held was armed before a stall: in virtual time it fires later by as much. */
  isTimerLate = false;
  /** What has gone against them so far. */
  readonly problems: string[] = [];
  readonly #expect: Expect = (isTrue, problem) => {
    if (!isTrue) this.problems.push(`at ${Math.round(performance.now())} ms: ${problem}`);
  };
  readonly #callers = new Callers(this.server.grants, this.#expect);
  readonly proving: Proving;
  readonly #rate = new RateOracle();
  /** A signal that several callers share. */
  #shared = new AbortController();
  readonly #taken = new Set<string>();
  readonly #rejected = new Set<string>();
  /** When tokens of the store were granted, by the clocks of that moment: the store counts their age from then on. */
  readonly #grantedAt = new Map<string, Instant>();
  #held: Grant | undefined;
  /** Whether an API has rejected the token held. */
  #isSuspect = false;
  /** Whether it has come to its end, of which nobody is told where its server gives it until then. */
  #isOver = false;
  /** What the server has said of the token held when it gave it again at the end of it, or after that. */
  #saidLate: Said | undefined;
  #isClosed = false;
  #supplies = 0;
  /** The last time that the secret function was asked, and what the secret was then. */
  #asked: { readonly at: Instant; readonly secret: string } | undefined;

  constructor(
    options: Partial<TokenProviderOptions>,
    listeners: Listeners,
    readonly store: SharedStore | undefined,
    proving: ProvingBy,
  ) {
    const canSign = () => ['giving', 'asking', 'slow'].includes(this.supplier);
    this.proving = new Proving(proving, this.#expect, (give) => this.#supply(give), canSign);
    this.server.proofs = this.proving.oracle;
    this.server.tokenType = this.proving.tokenType;
    if (store) store.tokenType = this.proving.tokenType;
    const secret = { authentication: 'post' as const, clientSecret: () => this.#supply() as string };
    this.provider = new TokenProvider({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      http: this.server.http,
      ...(!this.proving.keys && secret),
      ...this.proving.options,
      ...(store && { store }),
      ...options,
    });
    this.#watch();
    listen(this, listeners, EVENTS);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get heldValue(): string {
    return this.#held?.value ?? 'token-0';
  }

  /** The token that callers must be served from, by the oracle. */
  get mustServe(): Grant | undefined {
    return this.#held && !this.#isOver && usableMs(this.#held) > BLUR_MS ? this.#held : undefined;
  }

  /** Lets time go by, or so much of it as is needed to see what it does. */
  async pass(ms: number): Promise<void> {
    const enough = this.#attempts + ENOUGH;
    await this.time.passUntil(() => this.#attempts >= enough, ms);
  }

  /** A supplier that fails lets no request come about, for days on end. */
  get #attempts(): number {
    return this.server.requests + this.#supplies + this.proving.oracle.uses;
  }

  /** Lets time go by until shortly before or after a moment in the life of the token held. */
  async passTo(moment: 'dueAt' | 'expiresAt', offsetMs: number): Promise<void> {
    const ms = (this.provider.peek()?.[moment] ?? 0) + offsetMs - Date.now();
    if (ms > 0 && ms < 24 * HOUR_MS) await this.pass(ms);
  }

  stall(ms: number): void {
    this.isTimerLate = true;
    this.time.stall(ms);
    this.#callers.holdUp(ms);
  }

  async call({
    abortAfterMs,
    ...options
  }: GetTokenOptions & { abortAfterMs?: number | 'shared' }): Promise<void> {
    const signal = abortAfterMs === undefined ? undefined : this.#signal(abortAfterMs);
    const wish = { ...options, ...(signal && { signal }) };
    const { maxWaitMs = 30_000, minValidityMs = 0 } = options;
    const { mustServe } = this;
    const isOwed = mustServe && usableMs(mustServe) - BLUR_MS > minValidityMs && !this.#isClosed;
    const isPlain = Object.keys(wish).length === 0;
    const outcome = this.#callers.follow({
      promise: isPlain ? this.provider.getToken() : this.provider.getToken(wish),
      maxWaitMs,
      judge: (value) => this.#callers.judge(value, minValidityMs),
    });
    if (!isOwed || signal?.aborted) return;
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    this.#expect(outcome.is === 'served', `a caller ${outcome.is} while ${mustServe?.value} is usable`);
  }

  abortShared(): void {
    this.#shared.abort();
    this.#shared = new AbortController();
  }

  refresh(): void {
    const judge = ({ value }: AccessToken) => this.#callers.judge(value, 0);
    this.#callers.follow({ promise: this.provider.refresh(), maxWaitMs: 30_000, judge });
  }

  invalidate(token: string): void {
    this.provider.invalidate(token);
  }

  rotate(): void {
    this.server.secret = `rotated-${this.server.requests}`;
    this.proving.keys?.rotateServer();
    this.proving.keys?.rotateClient();
  }

  /** The server and the vault are well again: so must the provider be, no later than it said. */
  async heal(): Promise<void> {
    this.#recover();
    await this.store?.giveUp();
    const [status] = this.provider.status();
    if (this.#isClosed || !status || status.refreshing) return;
    const waitMs = Math.max(0, (status.nextAttemptAt ?? 0) - Date.now());
    if (this.#isTooSoonToAsk(waitMs)) return;
    await this.time.pass(waitMs);
    const outcome = { is: 'waits' };
    void this.call({ maxWaitMs: 0 });
    void this.provider.getToken({ maxWaitMs: 1 }).then(
      () => {
        outcome.is = 'served';
      },
      (error: Error) => {
        outcome.is = `was told ${error.message}`;
      },
    );
    await this.time.settle();
    this.#expect(
      this.#isClosed || outcome.is === 'served',
      `a caller ${outcome.is}, after the server was well again`,
    );
  }

  /** The secret has changed since it was asked for, and it may not be asked for once more by then. */
  #isTooSoonToAsk(waitMs: number): boolean {
    if (!this.#asked || this.#asked.secret === this.server.secret) return false;
    return elapsedMs(this.#asked.at) + waitMs < 5_000 + BLUR_MS;
  }

  #recover(): void {
    this.server.heal();
    this.supplier = 'giving';
    this.proving.heal();
  }

  /** A process with another key asks: neither gets a token of the other's. */
  async meetNeighbour(key: NeighboursKey): Promise<void> {
    if (!this.store) return;
    const theirs = 'the-neighbours';
    const neighbour = makeNeighbour(this.proving.options, this.store, theirs, key);
    let got: unknown;
    neighbour.getToken().then(
      (token) => {
        got = token;
      },
      (error: Error) => {
        got = error;
      },
    );
    await this.time.settle();
    this.#expect(got === theirs, `a client with another key got ${got}`);
    void neighbour.close();
    await this.time.settle();
  }

  restore(): void {
    this.proving.restore();
    this.time.restore();
  }

  /** After each command: everything that must hold at any moment. */
  async check(): Promise<void> {
    await this.time.settle();
    this.#isOver ||= this.#held?.end !== undefined && usableMs(this.#held) <= 0;
    this.#expect(this.server.mostInFlight <= 1, `${this.server.mostInFlight} requests in flight at once`);
    expectSecrecy(this.provider.status(), this.#expect);
    if (this.#isClosed) {
      this.#checkClosed();
      return;
    }
    const peeked = this.provider.peek();
    if (peeked) this.#callers.judge(peeked.value, 0);
    const { mustServe } = this;
    this.#expect(
      !mustServe || peeked?.value === mustServe.value,
      `${mustServe?.value} is usable, but not held`,
    );
    const [status] = this.provider.status();
    this.#callers.expectProspects(status);
    if (status) this.#checkWait(status);
    const listening =
      this.#callers.waiting === 0 ? getEventListeners(this.#shared.signal, 'abort').length : 0;
    this.#expect(listening === 0, `${listening} listeners left on a signal`);
  }

  /** A wait that was drawn with a token in hand must not outlast that token by more than one drawn without. */
  #checkWait({ refreshing, nextAttemptAt = 0 }: EntryStatus): void {
    if (this.#held || refreshing) return;
    const waitMs = nextAttemptAt - Date.now();
    this.#expect(waitMs <= this.#rate.mostMs, `a wait of ${waitMs} ms with no token held`);
  }

  /** However it went: the provider recovers, and then nothing may be left of it. */
  async finish(): Promise<void> {
    if (!this.#isClosed) {
      this.#recover();
      await this.pass(HOUR_MS + 100_000);
      await this.heal();
      await this.check();
      this.close();
      await this.check();
    }
    const { requests } = this.server;
    await this.time.pass(HOUR_MS);
    this.#expect(this.server.requests === requests, 'a request after close()');
  }

  close(): void {
    this.#isClosed = true;
    this.#held = undefined;
    this.#closing = this.provider.close().then(() => {
      this.#isSettled = true;
    });
  }

  #closing: Promise<void> | undefined;
  #isSettled = false;

  /** Nothing armed, pending or listening. */
  #checkClosed(): void {
    this.#expect(this.#closing !== undefined && this.#isSettled, 'close() does not settle');
    this.#expect(this.#callers.waiting === 0, `close() leaves ${this.#callers.waiting} callers waiting`);
    this.#expect(this.server.inFlight === 0, 'a request in flight after close()');
    const armed = this.time.armed - this.server.armed;
    this.#expect(armed === 0, `${armed} timers armed after close()`);
  }

  #supply(give: () => unknown = () => this.server.secret): unknown {
    this.#supplies += 1;
    if (!this.proving.keys) this.#asked = { at: now(), secret: this.server.secret };
    if (this.supplier === 'asking') void this.call({});
    if (this.supplier === 'throwing') throw new Error(`the vault has ${this.server.secret}, but is sealed`);
    if (this.supplier === 'rejecting') return Promise.reject(new Error(this.server.secret));
    if (this.supplier === 'hanging') return new Promise(() => undefined);
    if (this.supplier === 'rubbish') return { secret: this.server.secret };
    return this.supplier === 'slow' ? this.#later(3_000, give) : give();
  }

  #watch(): void {
    const { provider } = this;
    provider.on('refresh', ({ source }) => this.#refreshed(source));
    provider.on('expire', () => {
      this.#expect(!this.mustServe, `${this.#held?.value} expires too soon`);
      if (this.#held) this.#callers.expired.add(this.#held.value);
      this.#held = undefined;
    });
    provider.on('reject', () => {
      this.#rejected.add(this.heldValue);
      this.#isSuspect = true;
      if (!provider.peek()) this.#held = undefined;
    });
    provider.on('retry', (event) => this.#failed(event, event.delayMs));
    provider.on('failure', (event) => this.#failed(event, event.nextAttemptAt - Date.now()));
    for (const name of EVENTS) provider.on(name, (event) => expectSecrecy(event, this.#expect));
    this.server.onRepeat = (said) => this.#repeated(said);
    this.server.onRequest = () => {
      const problem = this.#rate.requested();
      this.#expect(problem === undefined, problem ?? '');
    };
  }

  #refreshed(source: TokenOrigin): void {
    this.#expect(!this.#isClosed, 'a refresh event after close()');
    const value = this.provider.peek()?.value ?? '';
    const grant = this.server.grants.get(value);
    // From now on its age is counted by the clocks of this process, wherever they stood when it was granted.
    if (grant && source === 'store') {
      const grantedAt = this.#grantedAt.get(value) ?? grant.sentAt;
      this.#grantedAt.set(value, grantedAt);
      this.server.grants.set(value, { ...grant, sentAt: ago(grantedAt) });
    }
    if (this.#taken.has(value)) this.#takenAgain(value, source);
    this.#taken.add(value);
    this.#held = this.server.grants.get(value);
    this.server.held = this.#held;
    this.#isSuspect = false;
    this.#isOver = false;
    this.isTimerLate = false;
    this.#rate.succeeded();
  }

  /** A token may be told of again only when it has come to the end that was known, and its server gives it more time. */
  #takenAgain(value: string, source: TokenOrigin): void {
    // Clocks that were set may let an older token of the store seem to be the younger one: it lives, unless it was rejected.
    if (source === 'store' && this.wasSet && !this.#rejected.has(value)) {
      this.#callers.expired.delete(value);
      return;
    }
    const { grants } = this.server;
    const before = grants.get(value);
    const mayBe = before !== undefined && usableMs(before) <= BLUR_MS && this.#saidLate !== undefined;
    this.#expect(mayBe, `${value} was taken once more`);
    if (before && this.#saidLate) grants.set(value, givenAgain(before, this.#saidLate));
    this.#callers.expired.delete(value);
  }

  /** The server gives the token held once more: nobody is told of that. */
  #repeated(said: Said): void {
    const held = this.server.held && this.server.grants.get(this.server.held.value);
    this.#saidLate = said;
    if (!held || this.#held?.value !== held.value) return;
    // A rejected one must not come again before its end.
    if (this.#isSuspect && usableMs(held) > 0) return;
    const again = givenAgain(held, said);
    // Nothing is left of it: then it is no answer yet.
    if (usableMs(again) <= 0) return;
    this.server.grants.set(held.value, again);
    this.#held = again;
    this.#isSuspect = false;
    this.#isOver = false;
    this.#rate.succeeded();
  }

  #failed(event: Parameters<RateOracle['failed']>[0], announcedMs: number): void {
    const heldMs = this.#held ? usableMs(this.#held) : 0;
    // At the very end of a token, the provider may have drawn the wait with it or without.
    const isUnclear = this.#held !== undefined && Math.abs(heldMs) <= BLUR_MS;
    const problem = this.#rate.failed(event, announcedMs, isUnclear ? BLUR_MS : heldMs);
    this.#expect(isUnclear || problem === undefined, problem ?? '');
    this.#expect(!isMisjudged(event.error), `permanent: ${event.error.permanent}, of ${event.error.message}`);
    const fault = this.proving.oracle.faultOf(event.error);
    this.#expect(fault === undefined, fault ?? '');
    if (mayBeWrongAddress(event.error)) this.#judgeContact(event.error);
  }

  /** From a server that has given a token, what could mean a wrong address is an outage. */
  #judgeContact({ permanent, message }: FailureEvent['error']): void {
    const isFirst = this.server.successes === 0 && this.#taken.size === 0;
    this.#expect(!(permanent && this.#taken.size > 0), `taken for a wrong address: ${message}`);
    this.#expect(permanent || !isFirst, `not taken for a wrong address: ${message}`);
  }

  #signal(abortAfterMs: number | 'shared'): AbortSignal {
    if (abortAfterMs === 'shared') return this.#shared.signal;
    const own = new AbortController();
    if (abortAfterMs === 0) own.abort();
    else void this.#later(abortAfterMs, () => own.abort());
    return own.signal;
  }

  /** By a timer of our own, which is no fault of the provider's. */
  #later<T>(delayMs: number, work: () => T): Promise<T> {
    this.server.armed += 1;
    return new Promise((resolve) => {
      setTimeout(() => {
        this.server.armed -= 1;
        resolve(work());
      }, delayMs);
    });
  }
}
