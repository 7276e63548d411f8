import { type TokenAttemptError, TokenEndpointError, TokenRequestError } from '../../index.js';
import { isPassing } from '../../oauth/failure-kinds.js';

/** What it means where the endpoint failed, and not because it is none; `undefined` where nothing is known beyond that. */
export function endpointMeaning(failure: TokenAttemptError): string | undefined {
  if (failure instanceof TokenRequestError) return ofRequest(failure);
  if (!(failure instanceof TokenEndpointError) || !isPassing(failure)) return undefined;
  const { httpStatus } = failure;
  return httpStatus === 429
    ? 'The server is there, and takes no more requests for now (429).'
    : `The server is there, and cannot serve for now (it told ${httpStatus}).`;
}

/** A connection was there before, when the network was looked at. */
function ofRequest({ reason }: TokenRequestError): string | undefined {
  // It answers, and not in HTTP.
  if (reason.startsWith('HPE_')) return undefined;
  if (reason.startsWith('ERR_CLIENT_'))
    return 'No token request was sent, since the client cannot prove itself.';
  return reason === 'ETIMEDOUT'
    ? 'The server takes connections, and gave no answer in time.'
    : 'The server takes connections, and gave no whole answer.';
}
