import type { InternalAxiosRequestConfig } from 'axios';
import type { AxiosLike } from '../../options/token-provider-options.js';
import type { AttachOptions, TokenSource } from '../attach-options.js';
import { TokenCarrier } from '../token-carrier.js';
import { Attachment } from './attachment.js';
import { readAxios } from './supported-axios.js';

type Config = InternalAxiosRequestConfig;

/** An axios instance, whichever of axios's two types of it yours has. Of axios 1.2.0 or later. */
export interface AttachableAxios extends AxiosLike {
  readonly defaults: object;
  readonly interceptors: { readonly request: { use(...args: never[]): number } };
  getUri(config: never): string;
}

/** The config of a request, by the type that your axios has for it. */
export type ConfigOf<Instance extends AttachableAxios> =
  NonNullable<Parameters<Instance['interceptors']['request']['use']>[0]> extends (
    config: infer Request,
  ) => unknown
    ? Request
    : never;

/**
 * Makes every request of an axios instance to one of the allowed origins carry the token, and sends it once more with a
 * newer one where the API rejects it. An `Authorization` header of the caller's own, or `auth`, wins.
 * @returns what takes it off again
 * @throws {ConfigurationError} when an option is malformed, when it is not clear where tokens may go, or when the instance is of
 * an axios older than 1.2.0
 */
export function attachToken<Instance extends AttachableAxios>(
  axios: Instance,
  provider: TokenSource,
  options?: AttachOptions<ConfigOf<Instance>>,
): () => void;
export function attachToken(
  axios: AttachableAxios,
  provider: TokenSource,
  options: AttachOptions<never> = {},
): () => void {
  const { instance, bare } = readAxios(axios);
  const carrier = new TokenCarrier(provider, options as AttachOptions<Config>, instance.defaults.baseURL);
  const attachment = new Attachment(instance, bare, carrier);
  const onRequest = (config: Config): Config => {
    config.adapter = attachment.wrap(config.adapter);
    return config;
  };
  const { request } = instance.interceptors;
  const id = request.use(onRequest, undefined, { synchronous: true });
  return () => request.eject(id);
}
