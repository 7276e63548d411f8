import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';
import { TokenRequestError } from '../ground/errors.js';
import { isLoopback } from '../ground/url.js';
import type { ClientCertificate } from '../options/client-authenticator.js';
import { type HttpClient, ownClient } from './own-client.js';
import { proxyRefusal } from './proxy-failure.js';
import { metClosedConnection } from './request-fault.js';
import { plainTextRefusal } from './tls-failure.js';

/** Longer answers are cut off: no authorization server sends as much. */
export const MAX_ANSWER_BYTES = 1_048_576;

/** Of every request. OneLogin words its errors in HTML unless JSON is asked for. */
export const OWN_HEADERS = { Accept: 'application/json', 'User-Agent': 'm2m-token-provider' };

/** A request that is ready to be sent: by POST, or by GET where it has no body. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What the client presents in TLS. */
  readonly certificate?: ClientCertificate | undefined;
}

/** What came back, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** By its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/** Sends requests to authorization servers through axios, which is loaded when the first one needs it. */
export class Transport {
  readonly #http: AxiosInstance | undefined;

  constructor(http: AxiosInstance | undefined) {
    this.#http = http;
  }

  /**
   * @param again makes the request anew, should it have to be sent a second time; without it, the same one is sent
   * @throws {TokenRequestError} when a proxy answers in place of the server, or axios cannot be used
   * @throws whatever axios throws: it holds the request with its secret, and must not leave this floor
   */
  async send(
    request: HttpRequest,
    signal: AbortSignal,
    again: () => Promise<HttpRequest> = async () => request,
  ): Promise<HttpAnswer> {
    const client = this.#http ?? (await ownClient(signal));
    try {
      return await sendOnce(client, request, signal);
    } catch (error) {
      // A kept-alive connection that was closed meanwhile is no failure of the request.
      if (signal.aborted || !metClosedConnection(error)) throw error;
      return sendOnce(client, await again(), signal);
    }
  }
}

async function sendOnce(client: HttpClient, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, certificate } = request;
  const certified = certificate && (await presenting(certificate));
  const config = { ...safeConfig(request, signal), ...certified?.config };
  const response = await client.request(config).catch((error: unknown) => {
    throw certified?.failure ?? error;
  });
  const answer = readAnswer(response, url);
  certified?.check(answer.status);
  return answer;
}

/** Loaded by the first request that needs it. */
async function presenting(certificate: ClientCertificate) {
  const { CertifiedSending } = await import('./mutual-tls/certified-sending.js');
  return new CertifiedSending(certificate);
}

const AS_IT_IS = [(data: unknown): unknown => data];
const isAny = (): boolean => true;

/** Settings that win over those of any instance. Null and false, since the instance's settings would replace `undefined`. */
function safeConfig(request: HttpRequest, signal: AbortSignal): AxiosRequestConfig {
  const config = {
    method: request.body === undefined ? 'get' : 'post',
    url: request.url,
    baseURL: '',
    allowAbsoluteUrls: true,
    params: null,
    auth: null,
    // With the credentials in the body there must be no others in the header (RFC 6749 §2.3).
    headers: { Authorization: false, ...request.headers },
    data: request.body,
    transformRequest: AS_IT_IS,
    transformResponse: AS_IT_IS,
    responseType: 'text',
    responseEncoding: 'utf8',
    validateStatus: isAny,
    // axios posts the body, secret and all, to wherever a 307 or 308 points.
    maxRedirects: 0,
    maxContentLength: MAX_ANSWER_BYTES,
    maxBodyLength: MAX_ANSWER_BYTES,
    decompress: true,
    // The signal is the timeout: axios's own would keep the process alive, and does not end an answer that drips in slowly.
    timeout: 0,
    signal,
  };
  // What is for this machine must not leave it by way of a proxy; least of all in plain text.
  const proxy = isPlainLoopback(request.url) && { proxy: false };
  return Object.assign({} as AxiosRequestConfig, config, proxy);
}

function isPlainLoopback(url: string): boolean {
  return url.startsWith('http:') && isLoopback(new URL(url));
}

function readAnswer(response: AxiosResponse<unknown> | undefined, url: string): HttpAnswer {
  if (typeof response?.status !== 'number') {
    const mend = 'Perhaps an interceptor gives response.data in its place.';
    throw new TokenRequestError(
      `The axios instance given as http gave no response. ${mend}`,
      'ERR_HTTP_OPTION',
      true,
    );
  }
  const { status, data, request, config } = response;
  const headers = Object.entries((response.headers ?? {}) as Record<string, unknown>);
  const header = (name: string): string | undefined => {
    const [, value] = headers.find(([key]) => key.toLowerCase() === name) ?? [];
    return typeof value === 'string' ? value : undefined;
  };
  const body = textOf(data);
  const refusal =
    proxyRefusal({ status, header, request, config }, url) ?? plainTextRefusal(url, { status, body });
  if (refusal) throw refusal;
  return { status, body, header };
}

/** Adapters and interceptors of the user's own give objects, too. */
function textOf(data: unknown): string {
  if (typeof data === 'string') return data;
  if (data instanceof Uint8Array) return Buffer.from(data).toString();
  try {
    return (typeof data === 'object' && data !== null && JSON.stringify(data)) || '';
  } catch {
    return '';
  }
}
