import { TokenEndpointError, type TokenProviderError, TokenRequestError } from '../../ground/errors.js';
import { codeOf, isKnownCode, isPassing } from '../../oauth/failure-kinds.js';

/**
 * One word for what went wrong, of few: OAuth's own code (`invalid_client`), the HTTP status (`503`), the code of the system
 * (`ECONNRESET`), or that of the error's class. The server's own words are none of these.
 *
 * @see {@link https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/ OpenTelemetry, error.type}
 */
export function errorTypeOf(error: TokenProviderError): string {
  if (error instanceof TokenEndpointError) return tellingCodeOf(error) ?? String(error.httpStatus);
  return error instanceof TokenRequestError ? error.reason : error.code;
}

/** A limit that a server tells as `access_denied` with 429 passes: told by its code, it would look like a refusal. */
function tellingCodeOf(error: TokenEndpointError): string | undefined {
  const code = codeOf(error);
  if (!isKnownCode(code)) return undefined;
  // By itself, 400 does not pass: so it is the code that does.
  return error.permanent || isPassing({ httpStatus: 400, error: code }) ? code : undefined;
}
