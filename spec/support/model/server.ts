import axios, {
  AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { type Instant, now } from '../../../lib/ground/clock.js';
import { jwt } from '../jwt.js';
import { elapsedMs, type Grant, type Said } from './grant.js';
import type { Mood } from './moods.js';
import type { ProofOracle, ProofRefusal } from './proving/proof-oracle.js';

const DEFAULT_LIFETIME_MS = 300_000;
/** Never infinite: 1,200 months of 30 days. */
const MAX_LIFETIME_MS = 1_200 * 30 * 86_400_000;

/** A token endpoint in virtual time. It knows nothing of the provider but its requests. */
export class ModelServer {
  mood: Mood = { is: 'granting', lifetimeSeconds: 600, as: 'number' };
  delayMs = 0;
  /** The secret it takes. */
  secret = 'secret-0';
  /** Checks the proofs of clients that have a key. */
  proofs: ProofOracle | undefined;
  tokenType = 'Bearer';
  readonly grants = new Map<string, Grant>();
  requests = 0;
  /** How many of them it has answered with status 200. */
  successes = 0;
  inFlight = 0;
  mostInFlight = 0;
  onRequest: (() => void) | undefined;
  /** Timers of its own, which are no fault of the provider's. */
  armed = 0;
  /** The token that `repeating` sends again. */
  held: Grant | undefined;
  /** Told that it is sent again to somebody who is still there. */
  onRepeat: ((said: Said) => void) | undefined;

  readonly http: AxiosInstance = axios.create({ adapter: (config) => this.#serve(config) });

  heal(): void {
    this.mood = { is: 'granting', lifetimeSeconds: 600, as: 'number' };
    this.delayMs = 0;
  }

  #serve(config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
    const sentAt = now();
    this.requests += 1;
    this.onRequest?.();
    this.proofs?.arrived(config);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const { mood } = this;
    return new Promise<AxiosResponse>((resolve, reject) => {
      config.signal?.addEventListener?.('abort', () =>
        reject(new AxiosError('canceled', 'ERR_CANCELED', config)),
      );
      this.#later(() => {
        if (config.signal?.aborted) return;
        if (mood.is === 'untunneled') refuseTunnel(mood, config, resolve, reject);
        else if (mood.is === 'failing') reject(new AxiosError(`connect ${mood.code}`, mood.code, config));
        else if (mood.is !== 'hanging') resolve(this.#answer(mood, config, sentAt));
      });
    }).finally(() => {
      this.inFlight -= 1;
    });
  }

  #later(work: () => void): void {
    if (this.delayMs === 0) {
      work();
      return;
    }
    this.armed += 1;
    setTimeout(() => {
      this.armed -= 1;
      work();
    }, this.delayMs);
  }

  #answer(
    mood: Exclude<Mood, { is: 'failing' | 'untunneled' | 'hanging' }>,
    config: InternalAxiosRequestConfig,
    sentAt: Instant,
  ) {
    const refusal = this.#refusalOf(config);
    const nonce = this.proofs?.tellNonce();
    const answer = (status: number, data: string, headers = {}): AxiosResponse => {
      if (status === 200) this.successes += 1;
      return { status, data, headers: { ...headers, ...nonce }, statusText: '', config };
    };
    if (refusal) return answer(refusal.status, refusal.body);
    if (mood.is === 'malformed') return answer(200, mood.body);
    if (mood.is === 'refusing') {
      const { status, error, retryAfter } = mood;
      const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
      return answer(status, error ? JSON.stringify({ error }) : '', headers);
    }
    if (mood.is === 'repeating' && this.held) return answer(200, this.#repeat(this.held, mood, sentAt));
    return answer(200, this.#grant(mood, sentAt));
  }

  #refusalOf(config: InternalAxiosRequestConfig): ProofRefusal | undefined {
    if (this.proofs?.hasKeys || String(config.data).includes(`client_secret=${this.secret}`))
      return this.proofs?.refusalOf(config);
    return { status: 401, body: '{"error":"invalid_client"}' };
  }

  #repeat(grant: Grant, mood: Mood & { is: 'repeating' }, sentAt: Instant): string {
    const { value, ownMs } = grant;
    const seconds = secondsOf(mood, grant);
    const saidMs = seconds === undefined ? ownMs : Math.min(seconds * 1_000, ownMs ?? MAX_LIFETIME_MS);
    this.onRepeat?.({ lifetimeMs: saidMs ?? DEFAULT_LIFETIME_MS, sentAt, isUnnamed: saidMs === undefined });
    return this.#body(value, { expires_in: seconds });
  }

  /** Gives a token to another process. */
  grantElsewhere(lifetimeSeconds: number): Grant {
    const value = `token-${this.grants.size + 1}`;
    const lifetimeMs = lifetimeSeconds * 1_000;
    const grant = { value, lifetimeMs, sentAt: now(), ownMs: undefined, isUnnamed: false };
    this.grants.set(value, grant);
    return grant;
  }

  #grant(mood: Mood, sentAt: Instant): string {
    const { lifetimeSeconds, as } = mood.is === 'granting' ? mood : { lifetimeSeconds: 600, as: 'number' };
    const name = `token-${this.grants.size + 1}`;
    const value = as === 'jwt' ? jwt({ jti: name, iat: 0, exp: lifetimeSeconds }) : name;
    const namedMs = Math.min(lifetimeSeconds * 1_000, MAX_LIFETIME_MS);
    const lifetimeMs = as === 'nothing' ? DEFAULT_LIFETIME_MS : namedMs;
    const ownMs = as === 'jwt' ? namedMs : undefined;
    this.grants.set(value, { value, lifetimeMs, sentAt, ownMs, isUnnamed: as === 'nothing' });
    if (as === 'number') return this.#body(value, { expires_in: lifetimeSeconds });
    if (as === 'string') return this.#body(value, { expires_in: String(lifetimeSeconds) });
    return this.#body(value, as === 'jwt' ? { expires_in: 1e12 } : {});
  }

  #body(accessToken: string, fields: object): string {
    return JSON.stringify({ access_token: accessToken, token_type: this.tokenType, ...fields });
  }
}

/** What comes of CONNECT, where it is refused, by https-proxy-agent and by hpagent. */
function refuseTunnel(
  { status, isThrown }: Mood & { is: 'untunneled' },
  config: InternalAxiosRequestConfig,
  resolve: (response: AxiosResponse) => void,
  reject: (error: AxiosError) => void,
): void {
  const agent = { proxy: new URL('http://user:secret-0@proxy.example:3128') };
  const request = { agent, socket: { encrypted: false } };
  const message = `Bad response: ${status}`;
  if (isThrown) reject(new AxiosError(message, 'ERR_BAD_REQUEST', config, request));
  else resolve({ status, data: '', headers: {}, statusText: '', config, request });
}

/** What is said of a token that is given again: anything, or what is left of it. */
function secondsOf({ lifetimeSeconds, rest }: Mood & { is: 'repeating' }, grant: Grant): number | undefined {
  if (rest === undefined) return lifetimeSeconds;
  const seconds = (grant.lifetimeMs - elapsedMs(grant.sentAt)) / 1_000;
  return Math.max(0, rest === 'exact' ? seconds : Math[rest](seconds));
}
