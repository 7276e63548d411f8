import axios, {
  AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { type Instant, now } from '../../../lib/clock.js';
import { jwt } from '../jwt.js';

/** What the simulated token endpoint does with requests from now on. */
export type Mood =
  | {
      readonly is: 'granting';
      readonly lifetimeSeconds: number;
      readonly as: 'number' | 'string' | 'jwt' | 'nothing';
    }
  | { readonly is: 'repeating' }
  | { readonly is: 'malformed'; readonly body: string }
  | {
      readonly is: 'refusing';
      readonly status: number;
      readonly error?: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly is: 'resetting' }
  | { readonly is: 'hanging' };

/** A token as it was granted: what the oracle judges by. */
export interface Grant {
  readonly value: string;
  readonly lifetimeMs: number;
  readonly sentAt: Instant;
}

const DEFAULT_LIFETIME_MS = 300_000;

/** A token endpoint in virtual time. It knows nothing of the provider but its requests. */
export class ModelServer {
  mood: Mood = { is: 'granting', lifetimeSeconds: 600, as: 'number' };
  delayMs = 0;
  /** The secret it takes. */
  secret = 'secret-0';
  readonly grants = new Map<string, Grant>();
  readonly requestedAt: Instant[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** Timers of its own, which are no fault of the provider's. */
  armed = 0;
  /** The token that `repeating` sends again. */
  held: Grant | undefined;

  readonly http: AxiosInstance = axios.create({ adapter: (config) => this.#serve(config) });

  #serve(config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
    const sentAt = now();
    this.requestedAt.push(sentAt);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const { mood } = this;
    return new Promise<AxiosResponse>((resolve, reject) => {
      config.signal?.addEventListener?.('abort', () =>
        reject(new AxiosError('canceled', 'ERR_CANCELED', config)),
      );
      this.#later(() => {
        if (mood.is === 'resetting') reject(new AxiosError('read ECONNRESET', 'ECONNRESET', config));
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
    mood: Exclude<Mood, { is: 'resetting' | 'hanging' }>,
    config: InternalAxiosRequestConfig,
    sentAt: Instant,
  ) {
    const answer = (status: number, data: string, headers = {}): AxiosResponse => ({
      status,
      data,
      headers,
      statusText: '',
      config,
    });
    if (!String(config.data).includes(`client_secret=${this.secret}`))
      return answer(401, '{"error":"invalid_client"}');
    if (mood.is === 'malformed') return answer(200, mood.body);
    if (mood.is === 'refusing') {
      const { status, error, retryAfterSeconds } = mood;
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      return answer(status, error ? JSON.stringify({ error }) : '', headers);
    }
    if (mood.is === 'repeating' && this.held) return answer(200, body(this.held.value, { expires_in: 600 }));
    return answer(200, this.#grant(mood, sentAt));
  }

  #grant(mood: Mood, sentAt: Instant): string {
    const { lifetimeSeconds, as } = mood.is === 'granting' ? mood : { lifetimeSeconds: 600, as: 'number' };
    const name = `token-${this.grants.size + 1}`;
    const value = as === 'jwt' ? jwt({ jti: name, iat: 0, exp: lifetimeSeconds }) : name;
    const lifetimeMs = as === 'nothing' ? DEFAULT_LIFETIME_MS : lifetimeSeconds * 1_000;
    this.grants.set(value, { value, lifetimeMs, sentAt });
    if (as === 'number') return body(value, { expires_in: lifetimeSeconds });
    if (as === 'string') return body(value, { expires_in: String(lifetimeSeconds) });
    return body(value, as === 'jwt' ? { expires_in: 1e12 } : {});
  }
}

function body(accessToken: string, fields: object): string {
  return JSON.stringify({ access_token: accessToken, token_type: 'Bearer', ...fields });
}
