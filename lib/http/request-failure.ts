import { type TokenAttemptError, TokenRequestError, TokenResponseError } from '../ground/errors.js';
import type { CleanText } from './server-text.js';
import { MAX_ANSWER_BYTES } from './transport.js';

/** OpenSSL's verdicts on a certificate, as Node names them: trying again changes none of them. */
const UNTRUSTED = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The part of an axios or system error that is safe to look at. */
interface Fault {
  readonly code: string;
  readonly message: string;
}

/** Turns an error of the transport into one of ours, which keeps nothing of the original but clean words. */
export function requestFailure(error: unknown, address: string, clean: CleanText): TokenAttemptError {
  const { code, message } = readFault(error, clean);
  if (message.startsWith('maxContentLength')) {
    return new TokenResponseError(
      `${address} sent more than ${MAX_ANSWER_BYTES} bytes; the rest was not read.`,
    );
  }
  if (UNTRUSTED.has(code)) {
    const mend = 'Give its CA through the http option or NODE_EXTRA_CA_CERTS, if you trust it.';
    return new TokenRequestError(
      `The TLS certificate of ${address} is not trusted (${code}). ${mend}`,
      code,
      true,
    );
  }
  const words = clean(message) || code;
  const suffix = words.includes(code) ? '' : ` (${code})`;
  return new TokenRequestError(`No whole answer from ${address}: ${words}${suffix}.`, code);
}

export function timeoutFailure(address: string, timeoutMs: number): TokenRequestError {
  return new TokenRequestError(
    `No whole answer from ${address} within ${timeoutMs} ms (requestTimeoutMs).`,
    'ETIMEDOUT',
  );
}

/** A user's own axios instance may throw anything, even what throws again when it is looked at. */
function readFault(error: unknown, clean: CleanText): Fault {
  try {
    const { code, name, message } = (error instanceof Error ? error : {}) as Record<string, unknown>;
    const isCode = (text: unknown): text is string =>
      typeof text === 'string' && /^\w{1,60}$/.test(text) && clean(text) === text;
    return {
      code: [code, name].find(isCode) ?? 'ERR_UNKNOWN',
      message: typeof message === 'string' ? message : '',
    };
  } catch {
    return { code: 'ERR_UNKNOWN', message: '' };
  }
}
