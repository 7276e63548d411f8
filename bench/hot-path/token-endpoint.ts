import type { TokenProviderOptions } from '../../lib/index.js';

type Http = NonNullable<TokenProviderOptions['http']>;

const LIFETIME_S = 36_000;
const HEADER = base64url({ alg: 'RS256', typ: 'at+jwt' });

/** A token endpoint in this process: it answers at once, and knows what it granted. */
export class TokenEndpoint {
  readonly #granted = new Set<string>();
  readonly #padding: string;

  /** Its tokens are longer by so many characters than they need to be. */
  constructor(padding = 0) {
    this.#padding = 'x'.repeat(padding);
  }

  /** Token requests so far. */
  get requests(): number {
    return this.#granted.size;
  }

  hasGranted(token: string): boolean {
    return this.#granted.has(token);
  }

  readonly fetch: typeof fetch = async () => Response.json(this.#grant('Bearer'));

  /** Stands in for an axios instance. */
  get http(): Http {
    // Whoever sends a proof gets a token that is bound to its key.
    const request = async ({ headers }: { headers?: { DPoP?: string } } = {}) => {
      const data = JSON.stringify(this.#grant(headers?.DPoP ? 'DPoP' : 'Bearer'));
      return { status: 200, headers: {}, data };
    };
    return Object.assign(() => undefined, { request }) as unknown as Http;
  }

  #grant(token_type: string): object {
    const token = this.#makeToken();
    this.#granted.add(token);
    return { access_token: token, token_type, expires_in: LIFETIME_S };
  }

  /** A JWT, since some read the times out of it. */
  #makeToken(): string {
    const iat = Math.floor(Date.now() / 1_000);
    const claims = { iat, exp: iat + LIFETIME_S, jti: `${this.#granted.size}` };
    return `${HEADER}.${base64url(claims)}.unsigned${this.#padding}`;
  }
}

function base64url(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
