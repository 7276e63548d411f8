import type { Dispatcher } from 'undici';
import { flatten, readHeaders } from '../header-list.js';

type Options = Dispatcher.DispatchOptions;
type Headers = ReturnType<typeof flatten>;

/** undici reads these also where they are inherited, or come from the getters of a class. */
const KNOWN = ['origin', 'path', 'method', 'headers', 'body', 'query', 'upgrade', 'signal', 'servername'];

/** The options of one dispatch, read once: what is judged is what is sent, whatever changes later. */
export class DispatchRequest {
  /** As a text; `undefined` where none is named. */
  readonly origin: string | undefined;
  readonly headers: Headers;
  readonly #options: Record<string, unknown>;
  readonly #hasHeaders: boolean;

  constructor(given: Options) {
    const options = readOptions(given);
    const { origin, headers, query } = options;
    this.origin = origin ? String(origin) : undefined;
    if (this.origin !== undefined) options.origin = this.origin;
    options.query = copyQuery(query);
    this.headers = flatten(readHeaders(headers));
    this.#hasHeaders = Boolean(headers);
    this.#options = options;
  }

  get method(): string {
    return String(this.#options.method ?? 'GET');
  }

  /** The whole address, on a server of this origin. */
  addressAt(origin: string): string {
    const path = String(this.#options.path);
    // Others are whole addresses, or malformed, which undici says itself.
    return path.startsWith('/') ? new URL(origin).origin + path : new URL(path, origin).href;
  }

  get body(): unknown {
    return this.#options.body;
  }

  get signal(): unknown {
    return this.#options.signal;
  }

  /** A copy for one sending, since others on the way may change it. */
  with(headers: Headers): Options {
    const copy: Record<string, unknown> = { ...this.#options, headers };
    if (copy.query === undefined) delete copy.query;
    else copy.query = copyQuery(copy.query);
    return copy as unknown as Options;
  }

  /** For a target function, which may change it, too. */
  shown(): Options {
    return this.with(flatten(readHeaders(this.headers)));
  }

  /** The same without a token. */
  untouched(): Options {
    const options = this.with(this.headers);
    if (!this.#hasHeaders) delete options.headers;
    return options;
  }
}

function readOptions(given: Options): Record<string, unknown> {
  const named = given as unknown as Record<string, unknown>;
  const options: Record<string, unknown> = { ...named };
  for (const name in named) if (!Object.hasOwn(options, name)) options[name] = named[name];
  for (const name of KNOWN) {
    const value = Object.hasOwn(options, name) ? undefined : named[name];
    if (value !== undefined) options[name] = value;
  }
  return options;
}

function copyQuery(query: unknown): unknown {
  if (typeof query !== 'object' || query === null) return query;
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  );
}
