import type { InternalAxiosRequestConfig } from 'axios';
import { parseUrl } from '../../ground/url.js';
import type { AnswerHeaders } from '../answer-headers.js';
import type { Prove } from '../credential.js';
import { isSameName } from '../header-list.js';

export type BeforeRedirect = NonNullable<InternalAxiosRequestConfig['beforeRedirect']>;
type Next = Record<string, unknown>;

/** What axios's adapter gives to a transport, as far as redirects are concerned. */
type TransportOptions = { beforeRedirects?: object; sensitiveHeaders?: readonly string[] };
type Transport = { request: (options: TransportOptions, onResponse: unknown) => unknown };

/**
 * Takes the token away from a request that is redirected to another origin. follow-redirects does so with `Authorization` for
 * other hosts, but not for their subdomains, and with no other header.
 */
export class RedirectGuard {
  readonly #added: readonly string[];
  readonly #origin: string | undefined;
  readonly #prove: Prove | undefined;
  #hasLeft = false;

  /**
   * @param address - where the request went first
   * @param added - the headers that are ours
   * @param prove - there where each hop needs a proof of its own
   */
  constructor(address: string, added: readonly string[], prove?: Prove) {
    this.#origin = parseUrl(address)?.origin;
    this.#added = added;
    this.#prove = prove;
  }

  /** Whether the request has gone elsewhere: the answer says nothing of the token then. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /**
   * Judges the next hop, before and after the caller's own hook, which may lead the request elsewhere.
   * @param headers - of the answer that leads there, where axios tells them
   * @throws {TypeError} where it leads to what is not http
   */
  follow(next: Next, ownHook: () => void, headers?: AnswerHeaders): void {
    const to = parseUrl(String(next.href));
    if (to?.origin !== this.#origin) this.#takeToken(next);
    const before = destinationOf(next);
    const address = String(next.href);
    ownHook();
    if (to) requireHttp(to);
    if (destinationOf(next) !== before) this.#takeToken(next);
    // The proof of the hop before names another address.
    else if (this.#prove && !this.#hasLeft)
      setHeader(next, 'DPoP', this.#prove(String(next.method), addressOf(next, address), headers));
  }

  #takeToken(next: Next): void {
    this.#hasLeft = true;
    for (const name of this.#added) setHeader(next, name);
  }
}

/**
 * follow-redirects says the same, but not by way of a proxy: that is asked for whatever address, and the redirect after that one
 * may end the process, by a fault of Node.js (nodejs/node#61753).
 * @throws {TypeError} for other schemes than http and https
 */
export function requireHttp({ protocol }: URL): void {
  if (!/^https?:$/.test(protocol)) throw new TypeError(`Unsupported protocol ${protocol}`);
}

/** Instead of all that have this name, however it is spelt; without a value, there is none after that. */
function setHeader(next: Next, wanted: string, value?: string): void {
  const headers = (next.headers ?? {}) as Record<string, unknown>;
  for (const name of Object.keys(headers)) if (isSameName(name, wanted)) delete headers[name];
  if (value !== undefined) headers[wanted] = value;
}

/** A transport of the caller's own may be follow-redirects, or be built on it. axios gives it no `beforeRedirect`. */
export function watchTransport(
  transport: unknown,
  follow: BeforeRedirect,
  added: readonly string[],
): Transport {
  const request: Transport['request'] = (options, onResponse) => {
    const beforeRedirects = Object.assign(options.beforeRedirects ?? {}, { config: follow });
    const sensitiveHeaders = [...(options.sensitiveHeaders ?? []), ...added];
    return (transport as Transport).request(
      Object.assign(options, { beforeRedirects, sensitiveHeaders }),
      onResponse,
    );
  };
  return Object.assign(Object.create(transport as object), { request });
}

/** The address of the next hop: a hook may have changed its path. */
function addressOf({ path }: Next, before: string): string {
  const text = String(path);
  return text.startsWith('/') ? new URL(before).origin + text : before;
}

/** What decides where follow-redirects goes next. A path that is a whole address is one for a proxy. */
function destinationOf({ protocol, hostname, host, port, socketPath, path }: Next): string {
  const address = String(path).startsWith('/') ? '' : path;
  return [protocol, hostname, host, port, socketPath, address].join(' ');
}
