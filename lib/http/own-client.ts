/// <reference path="./axios-core.d.ts" />

import type { AxiosInstance } from 'axios';
import { TokenRequestError } from '../ground/errors.js';
import { textCleaner } from './redaction/server-text.js';

/** What of axios sends token requests. */
export type HttpClient = Pick<AxiosInstance, 'request'>;

/**
 * A client for one request. Not by `axios.create()`: that inherits what the application put into `axios.defaults`, for other servers.
 * @throws {TokenRequestError} when it cannot be loaded
 */
export async function ownClient(signal: AbortSignal): Promise<HttpClient> {
  // Bundled into files of their own when this library is built. Node.js's http is needed no sooner either.
  const parts = Promise.all([import('axios/unsafe/core/Axios.js'), import('./agents.js')]);
  const [{ default: Axios }, { passiveAgents }] = await parts.catch(failLoading);
  return new Axios({ adapter: 'http', ...passiveAgents(signal) });
}

/** It will not load the next time either: the file is missing, or a bundler has broken it. */
function failLoading(error: unknown): never {
  const said = error instanceof Error ? textCleaner([])(error.message) : 'no reason given';
  const remedy =
    'Install m2m-token-provider again if files are missing. If this program is bundled, deploy all files that the bundler ' +
    'writes, or have it leave m2m-token-provider out (as an external package), or give an axios instance by the http option.';
  throw new TokenRequestError(
    `The file of m2m-token-provider that sends token requests cannot be loaded: ${said}. ${remedy}`,
    'ERR_AXIOS',
    true,
  );
}
