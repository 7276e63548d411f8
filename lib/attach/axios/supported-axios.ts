import type { AxiosInstance } from 'axios';
import { ConfigurationError } from '../../ground/errors.js';
import { kindOf } from '../../ground/value-kind.js';
import { BareAxios } from './bare-axios.js';

/** The first that names its adapters, so that ours can send for it, and whose redirects can be watched. */
const OLDEST = '1.2.0';

export interface SupportedAxios {
  readonly instance: AxiosInstance;
  readonly bare: BareAxios;
}

/** @throws {ConfigurationError} when this is no axios instance, or one of an axios that is too old */
export function readAxios(axios: unknown): SupportedAxios {
  const { interceptors, defaults } = (axios ?? {}) as Partial<AxiosInstance>;
  if (typeof interceptors?.request?.use !== 'function' || !defaults) {
    throw new ConfigurationError('axios', `must be an axios instance; got ${kindOf(axios)}.`);
  }
  const instance = axios as AxiosInstance;
  // 0.27 and older have none.
  if (typeof interceptors.request.clear !== 'function') throw tooOld();
  const bare = BareAxios.of(instance);
  if (!bare) {
    const mend = 'Give the instance that it was made from.';
    throw new ConfigurationError('axios', `must be an axios instance itself, nothing around one. ${mend}`);
  }
  if (!hasHeadersOf12(bare)) throw tooOld();
  return { instance, bare };
}

/** An instance does not tell its version. Whatever its adapter is, the headers of 1.2 have methods that those before have not. */
function hasHeadersOf12(bare: BareAxios): boolean {
  return typeof (bare.makeHeaders() as { concat?: unknown } | undefined)?.concat === 'function';
}

function tooOld(): ConfigurationError {
  const why = 'older ones take headers along to other servers, or follow no redirect';
  return new ConfigurationError('axios', `must be of axios ${OLDEST} or later: ${why}. Update axios.`);
}
