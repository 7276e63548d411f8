import type { AxiosInstance } from 'axios';
import { TokenRequestError } from '../ground/errors.js';
import { passiveAgents } from './agents.js';
import { textCleaner } from './redaction/server-text.js';

/** What of axios sends token requests. */
export type HttpClient = Pick<AxiosInstance, 'request'>;

/**
 * A client for one request. Not by `axios.create()`: that inherits what the application put into `axios.defaults`, for other servers.
 * @throws {TokenRequestError} when axios cannot be loaded
 */
export async function ownClient(signal: AbortSignal): Promise<HttpClient> {
  const { Axios } = await import('axios').catch(failLoading);
  return new Axios({ adapter: 'http', ...passiveAgents(signal) });
}

/** It will not load the next time either: it was not installed, or a bundler has broken it. */
function failLoading(error: unknown): never {
  const said = error instanceof Error ? textCleaner([])(error.message) : 'no reason given';
  const remedy =
    'Install the dependencies of m2m-token-provider. If this program is bundled, have the bundler leave axios out ' +
    '(as an external package), or give an axios instance by the http option.';
  throw new TokenRequestError(
    `axios, which sends token requests, cannot be loaded: ${said}. ${remedy}`,
    'ERR_AXIOS',
    true,
  );
}
