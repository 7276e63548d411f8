import { inspect } from 'node:util';
import {
  type GetTokenOptions,
  TokenProvider,
  TokenProviderError,
  type TokenProviderOptions,
} from '../../../lib/index.js';
import { VirtualTime } from '../virtual-time.js';
import { RateOracle, usableMs } from './oracle.js';
import { type Grant, ModelServer } from './server.js';

export type Supplier = 'giving' | 'asking' | 'throwing' | 'hanging';
export type Listeners = 'calm' | 'throwing' | 'hanging';

/** Clocks are read a little later by one than by the other: what is this near to its end may be either. */
const BLUR_MS = 2;

/** A provider, a simulated server and an oracle in virtual time. Every promise of design.md section 3 is watched here. */
export class World {
  readonly time = new VirtualTime();
  readonly server = new ModelServer();
  readonly provider: TokenProvider;
  supplier: Supplier = 'giving';
  wasSetBack = false;
  /** A new secret is tried at once, which is no attempt too soon. */
  hasRotated = false;
  /** What has gone against design.md so far. */
  readonly problems: string[] = [];
  readonly #rate = new RateOracle();
  readonly #waiting = new Map<string, number>();
  /** What was expired once stays so, whatever the clocks say later. */
  readonly #expired = new Set<string>();
  #held: Grant | undefined;
  #isClosed = false;
  #calls = 0;

  constructor(options: Partial<TokenProviderOptions>, listeners: Listeners) {
    this.provider = new TokenProvider({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      authentication: 'post',
      clientSecret: () => this.#supply(),
      http: this.server.http,
      ...options,
    });
    this.#watchEvents(listeners);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The token that callers must be served from, by the oracle. */
  get mustServe(): Grant | undefined {
    return this.#held && usableMs(this.#held) > BLUR_MS ? this.#held : undefined;
  }

  async call(options: GetTokenOptions & { abortAfterMs?: number }): Promise<void> {
    const { abortAfterMs, ...rest } = options;
    const own = new AbortController();
    if (abortAfterMs !== undefined) this.#abortAfter(abortAfterMs, own);
    const withSignal = abortAfterMs === undefined ? rest : { ...rest, signal: own.signal };
    const isPlain = Object.keys(withSignal).length === 0;
    const mustServe = this.mustServe;
    const isOwed = mustServe && usableMs(mustServe) - BLUR_MS > (rest.minValidityMs ?? 0);
    const promise = isPlain ? this.provider.getToken() : this.provider.getToken(withSignal);
    const outcome = this.#follow(promise, rest.maxWaitMs ?? 30_000, (value) =>
      this.#judge(value, rest.minValidityMs ?? 0),
    );
    if (!isOwed || own.signal.aborted || this.#isClosed) return;
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    this.#expect(outcome.is === 'served', `a caller ${outcome.is} while ${mustServe?.value} is usable`);
  }

  /** Timers are late by as much: so may be the callers who wait. */
  stall(ms: number): void {
    this.time.stall(ms);
    for (const [caller, until] of this.#waiting) this.#waiting.set(caller, until + ms);
  }

  /** Lets time go by until shortly before or after a moment in the life of the token held. */
  async passTo(moment: 'dueAt' | 'expiresAt', offsetMs: number): Promise<void> {
    const ms = (this.provider.peek()?.[moment] ?? 0) + offsetMs - Date.now();
    if (ms > 0 && ms < 86_400_000) await this.time.pass(ms);
  }

  refresh(): void {
    this.#follow(this.provider.refresh(), 30_000, ({ value }) => this.#judge(value, 0));
  }

  invalidate(token: string): void {
    this.provider.invalidate(token);
    const isHeld = this.#held?.value === token;
    if (isHeld && !this.provider.peek()) this.#held = undefined;
  }

  get heldValue(): string {
    return this.#held?.value ?? 'token-0';
  }

  /** After each command: everything that must hold at any moment. */
  async check(): Promise<void> {
    await this.time.settle();
    this.#expect(this.server.mostInFlight <= 1, `${this.server.mostInFlight} requests in flight at once`);
    const peeked = this.provider.peek();
    if (peeked) this.#judge(peeked.value, 0);
    const mustServe = this.#isClosed ? undefined : this.mustServe;
    if (mustServe)
      this.#expect(peeked?.value === mustServe.value, `${mustServe.value} is usable, but not held`);
    for (const [caller, until] of this.#waiting) this.#expectProspect(caller, until);
    this.#expectSecrecy(this.provider.status());
  }

  /** The server is well again: so must the provider be. Then nothing may be left of it. */
  async finish(): Promise<void> {
    if (!this.#isClosed) {
      this.server.mood = { is: 'granting', lifetimeSeconds: 600, as: 'number' };
      this.server.delayMs = 0;
      this.supplier = 'giving';
      await this.time.pass(3_700_000);
      await this.check();
      let token: string | undefined;
      void this.provider.getToken({ maxWaitMs: 60_000 }).then((value) => {
        token = value;
      });
      await this.time.pass(60_000);
      this.#expect(token !== undefined, 'no token, long after the server was well again');
      await this.close();
    }
    const requests = this.server.requestedAt.length;
    await this.time.pass(3_700_000);
    this.#expect(this.server.requestedAt.length === requests, 'a request after close()');
    this.#expect(this.server.inFlight === 0, 'a request in flight after close()');
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#held = undefined;
    let isSettled = false;
    void this.provider.close().then(() => {
      isSettled = true;
    });
    await this.time.settle();
    this.#expect(isSettled, 'close() does not settle');
    this.#expect(this.#waiting.size === 0, `close() leaves ${this.#waiting.size} callers waiting`);
    const armed = this.time.armed - this.server.armed;
    this.#expect(armed === 0, `${armed} timers armed after close()`);
  }

  #supply(): string | Promise<string> {
    if (this.supplier === 'asking') void this.call({});
    if (this.supplier === 'throwing') throw new Error(`the vault has ${this.server.secret}, but is sealed`);
    return this.supplier === 'hanging' ? new Promise(() => undefined) : this.server.secret;
  }

  #watchEvents(listeners: Listeners): void {
    const { provider } = this;
    provider.on('refresh', () => {
      this.#expect(!this.#isClosed, 'a refresh event after close()');
      this.#held = this.server.grants.get(provider.peek()?.value ?? '');
      this.server.held = this.#held;
      this.#rate.succeeded();
    });
    provider.on('expire', () => {
      this.#expect(!this.mustServe, `${this.#held?.value} expires too soon`);
      if (this.#held) this.#expired.add(this.#held.value);
      this.#held = undefined;
    });
    provider.on('retry', (event) => this.#failed(event, event.delayMs));
    provider.on('failure', (event) => this.#failed(event, event.nextAttemptAt - Date.now()));
    for (const name of ['refresh', 'retry', 'failure', 'expire', 'reject'] as const) {
      provider.on(name, (event) => this.#expectSecrecy(event));
      if (listeners === 'throwing') provider.on(name, () => Promise.reject(new Error('listener at fault')));
      if (listeners === 'hanging') provider.on(name, () => new Promise(() => undefined));
    }
    this.server.http.interceptors.request.use((config) => {
      const problem = this.hasRotated ? undefined : this.#rate.requested();
      this.#expect(problem === undefined, problem ?? '');
      return config;
    });
  }

  #failed(event: Parameters<RateOracle['failed']>[0], announcedMs: number): void {
    const heldMs = this.#held ? usableMs(this.#held) : 0;
    // At the very end of a token, the provider may have drawn the wait with it or without.
    if (Math.abs(heldMs) <= BLUR_MS) return;
    const problem = this.#rate.failed(event, announcedMs, heldMs);
    this.#expect(problem === undefined, problem ?? '');
  }

  /** Watches a call until it settles, and judges how it does. */
  #follow<T>(promise: Promise<T>, maxWaitMs: number, judge: (value: T) => void): { is: string } {
    this.#calls += 1;
    const caller = `caller ${this.#calls}`;
    const outcome = { is: 'waits' };
    this.#waiting.set(caller, performance.now() + maxWaitMs);
    const settle = (): void => {
      const lateMs = performance.now() - (this.#waiting.get(caller) ?? 0);
      this.#expect(lateMs <= BLUR_MS, `${caller} was kept ${lateMs} ms longer than it allowed`);
      this.#waiting.delete(caller);
    };
    promise.then(
      (value) => {
        settle();
        outcome.is = 'served';
        judge(value);
      },
      (error: Error) => {
        settle();
        outcome.is = `was told ${error.message}`;
        const isExpected = error instanceof TokenProviderError || error.name === 'AbortError';
        this.#expect(
          isExpected && !/inside this package/.test(error.message),
          `a strange error: ${error.stack}`,
        );
        this.#expectSecrecy(error);
      },
    );
    return outcome;
  }

  /** Whoever waits must have something to wait for: in the time he allowed. */
  #expectProspect(caller: string, until: number): void {
    const leftMs = until - performance.now();
    this.#expect(leftMs >= -BLUR_MS, `${caller} waits for longer than it allowed`);
    const [status] = this.provider.status();
    const nextMs = status?.refreshing ? 0 : (status?.nextAttemptAt ?? Number.POSITIVE_INFINITY) - Date.now();
    this.#expect(
      nextMs <= leftMs + BLUR_MS,
      `${caller} waits for nothing: the next attempt is ${nextMs} ms off`,
    );
  }

  /** A token that was handed out must be one that was granted, and usable for as long as was asked. */
  #judge(value: string, minValidityMs: number): void {
    const grant = this.server.grants.get(value);
    const leftMs = grant ? usableMs(grant) : Number.NaN;
    this.#expect(!this.#expired.has(value), `${value} was handed out after its end`);
    this.#expect(leftMs > -BLUR_MS, `${value} was handed out with ${leftMs} ms left`);
    this.#expect(
      leftMs >= minValidityMs - BLUR_MS,
      `${value} was handed out with ${leftMs} of ${minValidityMs} ms left`,
    );
  }

  #abortAfter(delayMs: number, own: AbortController): void {
    if (delayMs === 0) own.abort();
    else {
      this.server.armed += 1;
      setTimeout(() => {
        this.server.armed -= 1;
        own.abort();
      }, delayMs);
    }
  }

  #expectSecrecy(value: unknown): void {
    const text = inspect(value, { depth: null, showHidden: true });
    this.#expect(!/secret-\d|rotated-\d/.test(text), `the secret in ${text}`);
  }

  #expect(isTrue: boolean, problem: string): void {
    if (!isTrue) this.problems.push(`at ${Math.round(performance.now())} ms: ${problem}`);
  }
}
