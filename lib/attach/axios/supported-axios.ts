import type { AxiosInstance } from 'axios';
import { ConfigurationError } from '../../ground/errors.js';
import { kindOf } from '../../ground/value-kind.js';

/** The first that names its adapters, so that ours can send for it, and whose redirects can be watched. */
const OLDEST = '1.2.0';

/** @throws {ConfigurationError} when this is no axios instance, or one of an axios that is too old */
export function checkAxios(axios: unknown): asserts axios is AxiosInstance {
  const { interceptors, defaults } = (axios ?? {}) as Partial<AxiosInstance>;
  if (typeof interceptors?.request?.use !== 'function' || !defaults) {
    throw new ConfigurationError('axios', `must be an axios instance; got ${kindOf(axios)}.`);
  }
  if (isTooOld(axios as AxiosInstance)) {
    const mend = `must be of axios ${OLDEST} or later: older ones take headers along to other servers, or follow no redirect`;
    throw new ConfigurationError('axios', `${mend}. Update axios.`);
  }
}

/** An instance does not tell its version, so features have to. */
function isTooOld(axios: AxiosInstance): boolean {
  const { clear } = axios.interceptors.request;
  // 0.27 and older have no clear().
  return typeof clear !== 'function' || hasOldAdapter(axios) || !knowsSerializers(axios);
}

/**
 * From 0.28 to 1.1, the adapter among the defaults is a function. A user's own function may have the same name, but hardly beside
 * the content type that those versions have by default.
 */
function hasOldAdapter({ defaults }: AxiosInstance): boolean {
  const { adapter, headers } = defaults;
  const isNamedSo = typeof adapter === 'function' && adapter.name === 'httpAdapter';
  const contentType = (headers?.post as Record<string, unknown> | undefined)?.['Content-Type'];
  return isNamedSo && contentType === 'application/x-www-form-urlencoded';
}

/** 1.0 to 1.1.2 do not, whatever their adapter is. */
function knowsSerializers(axios: AxiosInstance): boolean {
  if (typeof axios.getUri !== 'function') return true;
  try {
    const paramsSerializer = { serialize: () => 'known' };
    return axios.getUri({ url: '/', params: { a: 1 }, paramsSerializer }).endsWith('?known');
  } catch {
    return false;
  }
}
