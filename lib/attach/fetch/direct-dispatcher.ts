import { isLoopback, parseUrl } from '../../ground/url.js';

interface Dispatcher {
  readonly constructor: unknown;
}
type DispatcherClass = new (argument: unknown) => Dispatcher;

/** Where undici and the fetch of Node.js keep the global dispatcher, which sends all requests that name no other. */
const FIRST = Symbol.for('undici.globalDispatcher.1');
const SECOND = Symbol.for('undici.globalDispatcher.2');

const directOnes = new WeakMap<object, Dispatcher>();

/**
 * A dispatcher that goes past the proxy of the environment (`NODE_USE_ENV_PROXY`, undici's `EnvHttpProxyAgent`), for plain http to
 * this machine: the proxy would see the token. `undefined` for other addresses, and where there is no such proxy.
 */
export function directDispatcherFor(address: string): object | undefined {
  if (!address.startsWith('http:')) return undefined;
  const { [FIRST]: first, [SECOND]: second } = globalThis as Record<symbol, unknown>;
  if (isOf(first, 'EnvHttpProxyAgent')) return directFor(address, first, first);
  return isOf(second, 'EnvHttpProxyAgent') ? directFor(address, second, first) : undefined;
}

function directFor(address: string, proxying: Dispatcher, first: unknown): Dispatcher | undefined {
  const url = parseUrl(address);
  if (!url || !isLoopback(url)) return undefined;
  return directOnes.get(proxying) ?? openDirect(proxying, first);
}

function openDirect(proxying: Dispatcher, first: unknown): Dispatcher {
  const direct = create(proxying, { noProxy: '*' });
  // undici 8 puts this before its dispatchers, for the fetch of an older Node.js.
  const made = isOf(first, 'Dispatcher1Wrapper') ? create(first, direct) : direct;
  directOnes.set(proxying, made);
  return made;
}

function isOf(dispatcher: unknown, name: string): dispatcher is Dispatcher {
  return typeof dispatcher === 'object' && dispatcher?.constructor.name === name;
}

/** Another one of the same class. */
function create(like: Dispatcher, argument: unknown): Dispatcher {
  return new (like.constructor as DispatcherClass)(argument);
}
