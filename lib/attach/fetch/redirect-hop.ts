import { becomesGet } from '../redirected-method.js';

/** The limit of the Fetch standard. */
const MAX_REDIRECTS = 20;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const OF_ONE_ORIGIN = ['authorization', 'proxy-authorization', 'cookie', 'host'];
const OF_THE_BODY = [
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'content-length',
];

interface Start {
  readonly url: string;
  readonly method: string;
  readonly mode: string | undefined;
  readonly headers: Headers;
}

/** Where the next request of a chain of redirects goes, and what goes along. */
export class RedirectHop {
  readonly headers: Headers;
  readonly #ofOneOrigin: readonly string[];
  readonly #mode: string | undefined;
  #url: URL;
  #method: string;
  #hasBody = true;
  #count = 0;

  /** @param added the headers that are ours */
  constructor({ url, method, mode, headers }: Start, added: readonly string[]) {
    this.#url = new URL(url);
    this.#method = method;
    this.#mode = mode;
    this.headers = headers;
    this.#ofOneOrigin = [...added, ...OF_ONE_ORIGIN];
  }

  get address(): string {
    return this.#url.href;
  }

  get method(): string {
    return this.#method;
  }

  /** Whether the body that there was at first, if any, goes along. */
  get hasBody(): boolean {
    return this.#hasBody;
  }

  /**
   * @throws {TypeError} when fetch would not follow
   * @see {@link https://fetch.spec.whatwg.org/#http-redirect-fetch Fetch, HTTP-redirect fetch}
   */
  goTo(location: string, status: number): void {
    const next = parse(location, this.#url);
    if (!/^https?:$/.test(next.protocol)) throw failure('URL scheme must be a HTTP(S) scheme');
    if (this.#count === MAX_REDIRECTS) throw failure('redirect count exceeded');
    this.#count += 1;
    if (next.username !== '' || next.password !== '') throw failure('URL cannot contain credentials');
    if (becomesGet(status, this.#method.toUpperCase())) this.#dropBody();
    if (next.origin !== this.#url.origin) this.#leaveOrigin();
    next.hash ||= this.#url.hash;
    this.#url = next;
  }

  #dropBody(): void {
    this.#method = 'GET';
    this.#hasBody = false;
    remove(this.headers, OF_THE_BODY);
  }

  #leaveOrigin(): void {
    if (this.#mode === 'same-origin') throw failure('request mode cannot be "same-origin"');
    remove(this.headers, this.#ofOneOrigin);
  }
}

/**
 * Where an answer redirects to; `undefined` if it does not.
 * @throws {TypeError} when fetch hides that, as those of browsers do
 */
export function redirectOf({ status, type, headers }: Response): string | undefined {
  if (type === 'opaqueredirect') throw failure('this fetch does not tell where a redirect leads');
  if (!REDIRECTS.has(status)) return undefined;
  return headers.get('location') ?? undefined;
}

/** An error like that of the platform. */
export function failure(reason: string, cause: unknown = new Error(reason)): TypeError {
  return new TypeError('fetch failed', { cause });
}

function parse(location: string, base: URL): URL {
  try {
    return new URL(isAscii(location) ? location : asUtf8(location), base);
  } catch (error) {
    throw failure('', error);
  }
}

function isAscii(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** Headers hold bytes, one a character; in addresses these are UTF-8. */
function asUtf8(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function remove(headers: Headers, names: readonly string[]): void {
  for (const name of names) headers.delete(name);
}
