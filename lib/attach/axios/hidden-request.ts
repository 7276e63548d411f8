import type { AxiosResponse } from 'axios';
import { makeRequestUnprintable, makeUnprintable } from './unprintable.js';

type Holder = { request?: unknown; data?: unknown };

const HIDDEN: PropertyDescriptor = { enumerable: false };

/**
 * An answer whose request, which has the token in its headers, is there for those who ask for it, but not for what prints all
 * fields. Much quicker than to hide the field of an answer that is there already.
 */
class Answer implements Omit<AxiosResponse, 'request'> {
  status: number;
  statusText: string;
  headers: AxiosResponse['headers'];
  config: AxiosResponse['config'];
  data: unknown;
  readonly #added: readonly string[];
  #request: unknown;

  constructor(response: AxiosResponse, added: readonly string[]) {
    this.status = response.status;
    this.statusText = response.statusText;
    this.headers = response.headers;
    this.config = response.config;
    this.data = response.data;
    this.#request = response.request;
    this.#added = added;
    // Fields of a later axios.
    const others = this as Record<string, unknown>;
    for (const name of Object.keys(response))
      if (!(name in this)) others[name] = response[name as keyof AxiosResponse];
  }

  get request(): unknown {
    hideToken(this.#request, this.#added);
    return this.#request;
  }

  set request(request: unknown) {
    this.#request = request;
  }

  /** So that it prints, and compares, as the plain object that it replaces. */
  static {
    Reflect.deleteProperty(Answer.prototype, 'constructor');
  }
}

/** An answer like this one, which nobody else holds yet. */
export function withHiddenRequest(response: AxiosResponse, added: readonly string[]): AxiosResponse {
  return new Answer(response, added);
}

/** The same of an answer, or an error, that others hold. */
export function hideRequest(holder: Holder, added: readonly string[]): void {
  const { request, data } = holder;
  hideToken(request, added);
  if (isObject(request)) Reflect.defineProperty(holder, 'request', HIDDEN);
  // A stream that is the answer itself leads to its connection, and to the next request on that.
  if (!isObject(data) || !isObject(data.socket)) return;
  makeUnprintable(data);
  // pino copies the fields itself.
  Reflect.defineProperty(data, 'client', HIDDEN);
}

/** follow-redirects has a request of its own around that of Node.js. */
function hideToken(request: unknown, added: readonly string[]): void {
  if (!isObject(request)) return;
  for (const one of [request, request._redirectable, request._currentRequest])
    makeRequestUnprintable(one, added);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
