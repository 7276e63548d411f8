import type { Random } from './random.js';
import type { VirtualTime } from './virtual-time.js';

export const TOKEN_LIFETIME_MS = 600_000;
export const USUAL_ANSWER_MS = 200;
export const CLIENT_ID = 'day-of-traffic';

/** How the server behaves from now on. */
export interface Weather {
  isDown: boolean;
  /** The share of requests that are answered 503, in [0, 1]. */
  failing: number;
  answerMs: number;
  secret: string;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, string | number>>;
}

/** The simulated token endpoint: it knows when each request came and when each token was granted, in true time. */
export class TokenEndpoint {
  readonly weather: Weather = {
    isDown: false,
    failing: 0,
    answerMs: USUAL_ANSWER_MS,
    secret: 'first-secret',
  };
  /** When each token request came. */
  readonly requestedAt: number[] = [];
  readonly #grantedAt = new Map<string, number>();
  readonly #time: VirtualTime;
  readonly #random: Random;

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  /** The seam at which every subject is wired: what it takes for `fetch` leads here. */
  readonly fetch: typeof fetch = async (input, init) => {
    const { headers, body, signal } = input instanceof Request ? input : { ...init };
    this.#time.stir();
    signal?.throwIfAborted();
    this.requestedAt.push(this.#time.now());
    const { weather } = this;
    const isFailing = weather.isDown || this.#random() < weather.failing;
    const form = new URLSearchParams(await new Response(body).text());
    const credentials = readCredentials(new Headers(headers), form);
    const isKnown = credentials === `${CLIENT_ID}:${weather.secret}`;
    await this.#travel(weather.answerMs, signal);
    const answer = this.#answer(isFailing, isKnown);
    return Response.json(answer.body, { status: answer.status });
  };

  /** The true age of a token, in ms. */
  ageMs(token: string): number {
    const grantedAt = this.#grantedAt.get(token);
    if (grantedAt === undefined) throw new Error('This is no token of the simulated endpoint.');
    return this.#time.now() - grantedAt;
  }

  #answer(isFailing: boolean, isKnown: boolean): Answer {
    if (isFailing) return { status: 503, body: { error: 'temporarily_unavailable' } };
    if (!isKnown) return { status: 401, body: { error: 'invalid_client' } };
    const token = this.#makeToken();
    // Granted as the answer leaves: whoever counts from its arrival is right.
    this.#grantedAt.set(token, this.#time.now());
    return {
      status: 200,
      body: { access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME_MS / 1_000 },
    };
  }

  /** A JWT, since some read the times out of it. */
  #makeToken(): string {
    const iat = Math.floor(this.#time.epochNow() / 1_000);
    const exp = iat + TOKEN_LIFETIME_MS / 1_000;
    const parts = [
      { alg: 'HS256', typ: 'JWT' },
      { sub: CLIENT_ID, iat, exp, jti: `${this.#grantedAt.size}` },
    ];
    return [...parts.map((part) => base64url(JSON.stringify(part))), 'unsigned'].join('.');
  }

  #travel(delayMs: number, signal: AbortSignal | null | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#time.at(this.#time.now() + delayMs, resolve);
    });
  }
}

/** `client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1). */
function readCredentials(headers: Headers, form: URLSearchParams): string {
  const [, basic] = /^Basic (.+)$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (basic) return Buffer.from(basic, 'base64').toString();
  return `${form.get('client_id')}:${form.get('client_secret')}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
