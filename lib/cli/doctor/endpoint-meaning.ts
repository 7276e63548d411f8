import { type TokenAttemptError, TokenEndpointError, TokenRequestError } from '../../index.js';
import { isPassing } from '../../oauth/failure-kinds.js';
import type { CheckName } from './check-result.js';
import { failedStep } from './failed-step.js';

const IS_OF_THE_WAY: ReadonlySet<CheckName> = new Set(['DNS', 'TCP', 'proxy', 'TLS']);

/** Where a token request failed that was sent when the network had been looked at: what is good by then is not called bad again. */
export function failedAfterNetwork(failure: TokenAttemptError): CheckName {
  const step = failedStep(failure, true);
  return IS_OF_THE_WAY.has(step) ? 'endpoint' : step;
}

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
function ofRequest(error: TokenRequestError): string | undefined {
  const { reason } = error;
  // It answers, and not in HTTP.
  if (reason.startsWith('HPE_')) return undefined;
  if (reason.startsWith('ERR_CLIENT_'))
    return 'No token request was sent, since the client cannot prove itself.';
  if (IS_OF_THE_WAY.has(failedStep(error, true))) return ofTheWay(error);
  return reason === 'ETIMEDOUT'
    ? 'Nothing answered in time, though there was a connection.'
    : 'There was a connection, and no whole answer on it.';
}

/** Metadata may lead to another address than the first one, and a certificate of the client is shown by the token request alone. */
function ofTheWay({ message }: TokenRequestError): string {
  return /client certificate/.test(message)
    ? 'The server does not take the certificate of the client.'
    : 'The token request did not get through, though the way to the server was good before: does it go to another address?';
}
