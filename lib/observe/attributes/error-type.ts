import { TokenEndpointError, type TokenProviderError, TokenRequestError } from '../../ground/errors.js';
import { isKnownCode } from '../../oauth/failure-kinds.js';

/**
 * One word for what went wrong, of few: OAuth's own code (`invalid_client`), the HTTP status (`503`), the code of the system
 * (`ECONNRESET`), or that of the error's class. The server's own words are none of these.
 *
 * @see {@link https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/ OpenTelemetry, error.type}
 */
export function errorTypeOf(error: TokenProviderError): string {
  if (error instanceof TokenEndpointError)
    return isKnownCode(error.error) ? error.error : String(error.httpStatus);
  return error instanceof TokenRequestError ? error.reason : error.code;
}
