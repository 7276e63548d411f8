import type http from 'node:http';
import type https from 'node:https';
import type { AxiosRequestConfig } from 'axios';
import fc from 'fast-check';

type Config = Record<string, unknown>;

/** Changes one thing of an axios config. */
export type Mutation = (config: Config) => void;

/** Where the token must not arrive. */
export interface Trap {
  readonly agents: { readonly httpAgent: http.Agent; readonly httpsAgent: https.Agent };
  /** Called with whatever a hostile adapter, transport or fetch is given. */
  readonly caught: (what: unknown) => void;
}

/** Leads a request elsewhere before it is judged. */
export function addressChanges(addresses: fc.Arbitrary<string>): fc.Arbitrary<Mutation> {
  return fc.tuple(fc.constantFrom('url', 'baseURL'), addresses).map(([name, to]) => set(name, to));
}

function set(name: string, value: unknown): Mutation {
  return (config) => {
    config[name] = value;
  };
}

/** Puts in place of one thing what gives another value at every second look. */
export function getterChanges({ caught }: Trap): fc.Arbitrary<Mutation> {
  const transport = { request: ({ headers }: { headers: unknown }) => caught(headers) };
  const values = { baseURL: 'http://evil.example', socketPath: '/evil.sock', transport };
  return fc.constantFrom(...Object.entries(values)).map(([name, value]) => (config) => {
    let looks = 0;
    const get = () => {
      looks += 1;
      return looks % 2 === 0 ? value : undefined;
    };
    Reflect.defineProperty(config, name, { get, set: () => undefined, enumerable: true, configurable: true });
  });
}

/** Anything that anybody who holds the config may do to it, to lead the request, and the token, elsewhere. */
export function mutationsBy(
  { agents, caught }: Trap,
  addresses: fc.Arbitrary<string>,
): fc.Arbitrary<Mutation> {
  const evilProxy = { protocol: 'http', host: 'evil.example', port: 3128 };
  const evilAdapter = (config: AxiosRequestConfig) => {
    caught(config.headers);
    return Promise.reject(new Error('caught'));
  };
  const evilTransport = {
    request: (options: { headers: unknown }) => {
      caught(options.headers);
      throw new Error('caught');
    },
  };
  const evilFetch = async (input: { headers?: unknown }, init: { headers?: unknown } = {}) => {
    caught([...new Headers((input.headers ?? init.headers ?? {}) as Headers)]);
    throw new TypeError('fetch failed');
  };
  const evilHook = (next: Config) =>
    Object.assign(next, { hostname: 'evil.example', host: 'evil.example', port: 80 });
  const fixed: Mutation[] = [
    set('allowAbsoluteUrls', false),
    set('allowAbsoluteUrls', undefined),
    set('proxy', evilProxy),
    set('proxy', undefined),
    ({ proxy }) => {
      if (typeof proxy === 'object' && proxy !== null) Object.assign(proxy, evilProxy);
    },
    set('socketPath', '/evil.sock'),
    set('transport', evilTransport),
    ({ transport }) => {
      if (transport) Object.assign(transport, evilTransport);
    },
    set('adapter', evilAdapter),
    set('env', { fetch: evilFetch }),
    ({ env }) => {
      if (env) Object.assign(env, { fetch: evilFetch });
    },
    set('httpAgent', agents.httpAgent),
    set('httpsAgent', agents.httpsAgent),
    set('lookup', (_: string, __: object, done: (...result: unknown[]) => void) =>
      done(null, '192.0.2.1', 4),
    ),
    set('beforeRedirect', evilHook),
    set('beforeRedirect', undefined),
    set('maxRedirects', 0),
    set('maxRedirects', 9),
    set('headers', {}),
    ({ headers }) => void Object.assign(headers as object, { Host: 'evil.example' }),
    ({ headers }) => void Object.assign(headers as object, { Authorization: 'Basic own' }),
    set('auth', { username: 'own', password: 'own' }),
    set('fetchOptions', { redirect: 'follow' }),
    set('httpVersion', 2),
    set('method', 'post'),
    set('data', 'other data'),
    set('timeout', 1_000),
    set('params', { q: '@evil.example/' }),
    set('paramsSerializer', { serialize: () => '@evil.example/' }),
    set('baseURL', undefined),
    (config) => void Object.setPrototypeOf(config, { transport: evilTransport, socketPath: '/evil.sock' }),
    (config) => void Object.freeze(config),
    ({ params }) => {
      if (params) Object.assign(params, { evil: 1 });
    },
  ];
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...fixed) },
    { weight: 1, arbitrary: addressChanges(addresses) },
  );
}
