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
  /** From the next request on there is nothing behind the gateway, for this long. */
  missingForMs: number;
  /** Whether the same token is given until its end. */
  isCaching: boolean;
}

/** The simulated token endpoint: it knows when each request came and when each token was granted, in true time. */
export class TokenEndpoint {
  readonly weather: Weather = {
    isDown: false,
    failing: 0,
    answerMs: USUAL_ANSWER_MS,
    secret: 'first-secret',
    missingForMs: 0,
    isCaching: false,
  };
  /** When each token request came. */
  readonly requestedAt: number[] = [];
  readonly #grantedAt = new Map<string, number>();
  readonly #time: VirtualTime;
  readonly #random: Random;
  #missingUntil = 0;
  #lastToken = '';

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
    const isMissing = this.#isMissing();
    const isFailing = weather.isDown || this.#random() < weather.failing;
    const form = new URLSearchParams(await new Response(body).text());
    const credentials = readCredentials(new Headers(headers), form);
    const isKnown = credentials === `${CLIENT_ID}:${weather.secret}`;
    await this.#travel(weather.answerMs, signal);
    return isMissing ? notFound() : this.#answer(isFailing, isKnown);
  };

  /** The true age of a token, in ms. */
  ageMs(token: string): number {
    const grantedAt = this.#grantedAt.get(token);
    if (grantedAt === undefined) throw new Error('This is no token of the simulated endpoint.');
    return this.#time.now() - grantedAt;
  }

  #isMissing(): boolean {
    const { weather } = this;
    if (weather.missingForMs > 0) this.#missingUntil = this.#time.now() + weather.missingForMs;
    weather.missingForMs = 0;
    return this.#time.now() < this.#missingUntil;
  }

  #answer(isFailing: boolean, isKnown: boolean): Response {
    if (isFailing) return Response.json({ error: 'temporarily_unavailable' }, { status: 503 });
    if (!isKnown) return Response.json({ error: 'invalid_client' }, { status: 401 });
    const isSame = this.weather.isCaching && this.#remainingMs > 0;
    if (!isSame) {
      this.#lastToken = this.#makeToken();
      // Granted as the answer leaves: whoever counts from its arrival is right.
      this.#grantedAt.set(this.#lastToken, this.#time.now());
    }
    return Response.json({
      access_token: this.#lastToken,
      token_type: 'Bearer',
      expires_in: Math.floor(this.#remainingMs / 1_000),
    });
  }

  /** How long the last token has still to live, in ms. */
  get #remainingMs(): number {
    return this.#lastToken ? TOKEN_LIFETIME_MS - this.ageMs(this.#lastToken) : 0;
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

/** What a gateway answers. */
function notFound(): Response {
  const headers = { 'content-type': 'text/html' };
  return new Response('<!doctype html><title>404 Not Found</title>', { status: 404, headers });
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
