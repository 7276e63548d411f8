type Fetch = typeof globalThis.fetch;
type Input = Parameters<Fetch>[0];
type Init = NonNullable<Parameters<Fetch>[1]>;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** As the Fetch standard has it. */
const MAX_REDIRECTS = 20;
const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie'];
const OF_THE_BODY = [
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'content-length',
];

/**
 * Follows redirects as fetch does, but for one thing: this header does not go along to another origin. For headers that
 * fetch itself would send there.
 * @see {@link https://fetch.spec.whatwg.org/#http-redirect-fetch Fetch, HTTP-redirect fetch}
 */
export async function followRedirects(
  send: Fetch,
  input: Input,
  init: Init,
  headerName: string,
): Promise<Response> {
  const request = isRequest(input) ? input : undefined;
  if ((init.redirect ?? request?.redirect ?? 'follow') !== 'follow') return send(input, init);
  const step: Step = {
    url: request?.url ?? String(input),
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    headers: new Headers(init.headers),
    body: init.body,
    canRepeat: init.body !== undefined || !request?.body,
  };
  let response = await send(input, { ...init, redirect: 'manual' });
  for (let count = 0; count < MAX_REDIRECTS; count += 1) {
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    goOn(step, response.status, location, headerName);
    await response.body?.cancel();
    const { url, canRepeat, ...next } = step;
    const signal = init.signal ?? request?.signal;
    response = await send(url, { ...init, ...next, signal, redirect: 'manual' } as Init);
  }
  throw new TypeError('fetch failed: too many redirects');
}

/** Not `instanceof`: a fetch that is given may have a class of its own. */
export function isRequest(input: Input): input is Request {
  return typeof input === 'object' && !(input instanceof URL) && typeof input.url === 'string';
}

/** What the next request is to be. */
interface Step {
  url: string;
  method: string;
  readonly headers: Headers;
  body: Init['body'] | undefined;
  /** Whether the body, if any, is there to be sent again. */
  canRepeat: boolean;
}

function goOn(step: Step, status: number, location: string, headerName: string): void {
  if (becomesGet(status, step.method)) {
    Object.assign(step, { method: 'GET', body: undefined, canRepeat: true });
    remove(step.headers, OF_THE_BODY);
  }
  if (!step.canRepeat) throw new TypeError('fetch failed: a body that is read but once cannot be redirected');
  const { href, origin, protocol } = new URL(location, step.url);
  if (!/^https?:$/.test(protocol)) throw new TypeError('fetch failed: a redirect leads to what is not http');
  if (origin !== new URL(step.url).origin) remove(step.headers, [headerName, ...CREDENTIALS]);
  step.url = href;
}

function becomesGet(status: number, method: string): boolean {
  return status === 303 ? !['GET', 'HEAD'].includes(method) : status < 303 && method === 'POST';
}

function remove(headers: Headers, names: readonly string[]): void {
  for (const name of names) headers.delete(name);
}
