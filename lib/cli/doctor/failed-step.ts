import type { RequestFault } from '../../http/request-fault.js';
import { isTlsFault } from '../../http/tls-failure.js';
import {
  type TokenAttemptError,
  TokenEndpointError,
  TokenRequestError,
  TokenResponseError,
} from '../../index.js';
import { codeOf, isPassing, mayNeedNewProof } from '../../oauth/failure-kinds.js';
import type { CheckName } from './check-result.js';

const UNREACHED = /^(ECONNREFUSED|EADDRNOTAVAIL|E(HOST|NET)(UNREACH|DOWN)|EMFILE)$/;

/** Connections that are closed within a handshake, or at once where TLS is spoken and plain http came. */
const OF_TLS = /secure TLS connection|no TLS handshake|[Ww]rite https:\/\//;

/** RFC 6749 §5.2, RFC 8707 §2: the client is accepted, and what it asks for is not. */
const BY_CODE: ReadonlyMap<string, CheckName> = new Map([
  ['unsupported_grant_type', 'grant'],
  ['unauthorized_client', 'grant'],
  ['invalid_scope', 'scope'],
  ['invalid_target', 'scope'],
]);

/** At which check a failure of the library belongs. `isConnected`: whether a connection to the host was seen. */
export function failedStep(error: TokenAttemptError, isConnected: boolean): CheckName {
  if (error instanceof TokenRequestError) return ofRequest(error, isConnected);
  if (error instanceof TokenEndpointError) return ofAnswer(error);
  return error instanceof TokenResponseError ? ofToken(error) : 'endpoint';
}

function ofRequest({ reason, message }: TokenRequestError, isConnected: boolean): CheckName {
  if (reason === 'ERR_PROXY') return 'proxy';
  if (reason === 'ENOTFOUND' || reason.startsWith('EAI_')) return 'DNS';
  if (UNREACHED.test(reason)) return 'TCP';
  if (isTlsFault({ code: reason } as RequestFault) || OF_TLS.test(message)) return 'TLS';
  return reason === 'ETIMEDOUT' && !isConnected ? 'TCP' : 'endpoint';
}

function ofAnswer(error: TokenEndpointError): CheckName {
  // Of the metadata, which are asked for without the client's proof.
  if (isPassing(error) || error.message.includes('/.well-known/')) return 'endpoint';
  return BY_CODE.get(codeOf(error)) ?? (mayNeedNewProof(error) ? 'client' : 'endpoint');
}

/** The endpoint gives tokens, which are none that this library can use. */
function ofToken({ message }: TokenResponseError): CheckName {
  if (/\bexpires_in\b/.test(message)) return 'lifetime';
  return /\b(its access_token|its token_type)\b/.test(message) ? 'grant' : 'endpoint';
}
