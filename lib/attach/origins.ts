import { ConfigurationError } from '../ground/errors.js';
import { isLoopback, parseUrl } from '../ground/url.js';
import { describe, kindOf } from '../ground/value-kind.js';

/** The origins that tokens may go to. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;
  /** Those of them that are plain http on this machine. */
  readonly #local: ReadonlySet<string>;

  constructor(allowed: Iterable<string>) {
    this.#allowed = new Set(allowed);
    this.#local = new Set(this.list.filter(isLocal));
  }

  get list(): readonly string[] {
    return [...this.#allowed];
  }

  /** Whether a request to this address may carry a token. Credentials in the address are others than the token. */
  has({ origin, username, password }: URL): boolean {
    return username === '' && password === '' && this.#allowed.has(origin);
  }

  /** The same of an address that may not be one. */
  hasAddress(address: string): boolean {
    if (this.#allowed.has(beforePath(address))) return true;
    const url = parseUrl(address);
    return url !== undefined && this.has(url);
  }

  /** Whether an allowed address is one of plain http on this machine: such a request must not go by way of a proxy. */
  hasLoopbackHttp(address: string): boolean {
    if (this.#local.size === 0) return false;
    return this.#local.has(beforePath(address)) || this.#local.has(parseUrl(address)?.origin ?? '');
  }
}

function isLocal(origin: string): boolean {
  const url = parseUrl(origin);
  return url?.protocol === 'http:' && isLoopback(url);
}

/** The text before the path. If it equals an allowed origin, the URL has this origin and no user: most requests need no parsing. */
function beforePath(address: string): string {
  const end = address.indexOf('/', 'https://'.length);
  return end < 0 ? address : address.slice(0, end);
}

/** Where nothing is given, the origin of the `baseURL`. */
export function readOrigins(origins: unknown, baseURL?: unknown, allowHttp = false): Origins {
  if (origins !== undefined) {
    const list: unknown[] = Array.isArray(origins) ? origins : [origins];
    if (list.length === 0) throw new ConfigurationError('origins', 'must name at least one origin.');
    return new Origins(list.map((origin) => readOrigin(origin, allowHttp)));
  }
  if (baseURL === undefined || baseURL === '') {
    const mend = "Name where tokens may go: ['https://api.example.com']. For axios, a baseURL does as well.";
    throw new ConfigurationError('origins', `is missing. ${mend}`);
  }
  const url = typeof baseURL === 'string' ? parseUrl(baseURL) : undefined;
  if (!url) {
    const mend = 'Name the origins, or give an absolute baseURL.';
    throw new ConfigurationError('origins', `is missing, and the baseURL is no absolute URL. ${mend}`);
  }
  return new Origins([checkOrigin('baseURL', url, allowHttp)]);
}

function readOrigin(origin: unknown, allowHttp: boolean): string {
  const text = origin instanceof URL ? origin.href : origin;
  const url = typeof text === 'string' ? parseUrl(text) : undefined;
  if (!url) {
    throw new ConfigurationError('origins', `must be like 'https://api.example.com'; got ${describe(text)}.`);
  }
  if (url.href !== `${url.origin}/`) {
    const example = url.host ? ` Leave it at '${url.protocol}//${url.host}'.` : '';
    throw new ConfigurationError('origins', `must be origins alone: no path, no query, no user.${example}`);
  }
  return checkOrigin('origins', url, allowHttp);
}

/** Plain http does not leave this machine, unless the user says that something else protects it. */
function checkOrigin(option: string, url: URL, allowHttp: boolean): string {
  const isHttp = url.protocol === 'http:';
  if (url.protocol === 'https:' || (isHttp && (allowHttp || isLoopback(url)))) return url.origin;
  const shown = url.host === '' ? kindOf(url) : `'${url.protocol}//${url.host}'`;
  const mend = isHttp ? ' Where plain http is safe (a mesh that encrypts), set allowHttp: true.' : '';
  throw new ConfigurationError(option, `must be https (http for loopback alone); got ${shown}.${mend}`);
}
