import type { InternalAxiosRequestConfig } from 'axios';
import { elapsedMs, now } from '../../ground/clock.js';
import { isSameName } from '../header-list.js';

type Config = InternalAxiosRequestConfig;
type Headers = Config['headers'];
type Fields = Record<PropertyKey, unknown>;

/** Objects in a config that say where a request goes, and that somebody may hold and change. */
const NESTED = ['proxy', 'fetchOptions', 'env', 'http2Options'] as const;

/**
 * A copy of a config that nobody else holds: what is judged in it is what is sent, whatever becomes of the config while a token
 * is waited for, or while an adapter works.
 */
export function privateCopy(config: Config): Config {
  const copy = flatCopy(config);
  copy.headers = copyHeaders(copy.headers as Headers);
  for (const name of NESTED) if (typeof copy[name] === 'object') copy[name] = copyOf(copy[name]);
  return copy as unknown as Config;
}

/** By the constructor of axios's own class, so that engines know it for one. */
export function copyHeaders(headers: Headers): Headers {
  const Class = headers.constructor as new () => Headers;
  return Object.assign(new Class(), headers);
}

/** Not deleted: that would make slow objects of them. axios may have spelt the name otherwise. */
export function clearHeader(headers: Headers, wanted: string, value?: string): void {
  if (value !== undefined && headers[wanted] === value) headers[wanted] = undefined;
  else for (const name of Object.keys(headers)) if (isSameName(name, wanted)) headers[name] = undefined;
}

/** axios makes configs without a prototype, against pollution of it. An interceptor may have made one that inherits from another. */
function flatCopy(config: Config): Fields {
  const prototype = Object.getPrototypeOf(config);
  const isBase = prototype === null || prototype === Object.prototype;
  const copy = isBase ? Object.create(null) : flatCopy(prototype);
  const fields = config as unknown as Fields;
  // Quicker than Object.assign() with objects that have no prototype.
  for (const name of Object.keys(fields)) copy[name] = fields[name];
  for (const symbol of Object.getOwnPropertySymbols(fields)) copy[symbol] = fields[symbol];
  return copy;
}

function copyOf(value: unknown): unknown {
  return value instanceof URL ? new URL(value) : value && { ...value };
}

/** axios takes what is `undefined` for what is not there. */
export type LooseConfig = Omit<Config, 'beforeRedirect' | 'fetchOptions' | 'proxy'> & {
  beforeRedirect?: Config['beforeRedirect'] | undefined;
  fetchOptions?: FetchOptions | undefined;
  proxy?: Config['proxy'] | undefined;
};
export type FetchOptions = Record<string, unknown>;

/** Tells how much of a timeout is left; `undefined` where there is none. */
export function countDown(timeout: unknown): (() => number) | undefined {
  const timeoutMs = timeout ? Number.parseInt(String(timeout), 10) : 0;
  if (!timeoutMs) return undefined;
  const since = now();
  return () => timeoutMs - elapsedMs(since);
}

/** Whether another fetch than the platform's sends: nobody knows which headers that takes along to another origin. */
export function isFetchGiven({ env }: LooseConfig): boolean {
  const { fetch } = (env ?? {}) as { fetch?: unknown };
  return fetch !== undefined && fetch !== globalThis.fetch;
}

export function withoutFollowing(fetchOptions: FetchOptions | undefined): FetchOptions {
  const isManual = fetchOptions?.redirect === 'manual';
  return { ...fetchOptions, redirect: isManual ? 'manual' : 'error' };
}
