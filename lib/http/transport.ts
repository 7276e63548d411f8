import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';
import { TokenRequestError } from '../ground/errors.js';
import { isLoopback } from '../ground/url.js';
import { passiveAgents } from './agents.js';

/** Longer answers are cut off: no token endpoint sends as much. */
export const MAX_ANSWER_BYTES = 1_048_576;

/** A request that is ready to be sent by POST. */
export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came back, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** By its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

type Requester = Pick<AxiosInstance, 'request'>;

/** Sends token requests through axios, which is loaded when the first one needs it. */
export class Transport {
  readonly #http: AxiosInstance | undefined;

  constructor(http: AxiosInstance | undefined) {
    this.#http = http;
  }

  /** @throws whatever axios throws: it holds the request with its secret, and must not leave this floor. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const requester = this.#http ?? (await ownRequester(signal));
    return readAnswer(await requester.request(safeConfig(request, signal)));
  }
}

/** Not `axios.create()`: that inherits what the application put into `axios.defaults`, for other servers. */
async function ownRequester(signal: AbortSignal): Promise<Requester> {
  const { Axios } = await import('axios');
  return new Axios({ adapter: 'http', ...passiveAgents(signal) });
}

const AS_IT_IS = [(data: unknown): unknown => data];
const isAny = (): boolean => true;

/** Settings that win over those of any instance. Null and false, since the instance's settings would replace `undefined`. */
function safeConfig(request: HttpRequest, signal: AbortSignal): AxiosRequestConfig {
  const config = {
    method: 'post',
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
  const url = new URL(request.url);
  // A request that stays on this machine must not leave it by way of a proxy.
  const proxy = url.protocol === 'http:' && isLoopback(url) && { proxy: false };
  return Object.assign({} as AxiosRequestConfig, config, proxy);
}

function readAnswer(response: AxiosResponse<unknown> | undefined): HttpAnswer {
  if (typeof response?.status !== 'number') {
    const mend = 'Perhaps an interceptor gives response.data in its place.';
    throw new TokenRequestError(
      `The axios instance given as http gave no response. ${mend}`,
      'ERR_HTTP_OPTION',
      true,
    );
  }
  const { status, data } = response;
  const headers = Object.entries((response.headers ?? {}) as Record<string, unknown>);
  return {
    status,
    body: typeof data === 'string' ? data : '',
    header: (name) => {
      const [, value] = headers.find(([key]) => key.toLowerCase() === name) ?? [];
      return typeof value === 'string' ? value : undefined;
    },
  };
}
