import { isPlainObject } from '../ground/value-kind.js';
import { TokenVerificationError } from './verification-error.js';

/** Longer tokens are not read: servers take no header as long. */
export const MAX_TOKEN_LENGTH = 16_384;

/** Three parts of base64url (RFC 7515 §3.1). The signature may be empty: then its algorithm says why. */
const COMPACT = /^([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+\.([A-Za-z0-9_-]*)$/;

/**
 * What may stand at the end of base64url, by its length modulo 4: of other characters, bits would be thrown away, so that several
 * texts were the same signature. No text leaves 1.
 */
const GOOD_ENDS: readonly RegExp[] = [/(?:)/, /(?!)/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/];

/** The type of a token for another purpose, as logout or DPoP (RFC 8725 §3.11). That of an access token is `at+jwt` (RFC 9068). */
const OF_OTHER_PURPOSE = /(?<!(^|[/-])at)\+jwt$/i;

/** What is read of a token's header. Not where it says to find its key (jku, jwk, x5u, x5c): anybody can write that. */
export interface TokenHeader {
  readonly alg: string;
  readonly kid: string | undefined;
}

/** Reads headers of tokens. Nearly all tokens of a server have the same. */
export class HeaderReader {
  #last: { readonly text: string; readonly header: TokenHeader } | undefined;

  /**
   * The header of a token, before anything of it can be believed.
   * @throws {TokenVerificationError} when it is no signed JWT that can be read
   */
  read(token: string): TokenHeader {
    if (typeof token !== 'string')
      throw new TokenVerificationError('ERR_TOKEN_MISSING', 'There is no token.');
    if (token.length > MAX_TOKEN_LENGTH) throw malformed(`is longer than ${MAX_TOKEN_LENGTH} characters`);
    const [, text, signature] = COMPACT.exec(token) ?? [];
    if (text === undefined || signature === undefined) {
      const hint = /^Bearer\s/i.test(token)
        ? ': give it without the word Bearer, or give verifyRequest() the request'
        : '';
      throw malformed(`is no signed JWT${hint}`);
    }
    if (!GOOD_ENDS[signature.length % 4]?.test(signature))
      throw malformed('has a signature that is not well encoded');
    if (this.#last?.text !== text) this.#last = { text, header: readHeader(text) };
    return this.#last.header;
  }
}

function readHeader(text: string): TokenHeader {
  const { alg, kid, typ, crit, b64 } = readObject(text);
  if (typeof alg !== 'string') throw malformed('names no algorithm');
  if (crit !== undefined || b64 !== undefined)
    throw malformed('needs an extension that is not understood (crit)');
  if (kid !== undefined && typeof kid !== 'string') throw malformed('has a kid that is no text');
  if (typ !== undefined && (typeof typ !== 'string' || OF_OTHER_PURPOSE.test(typ)))
    throw malformed('is of another kind (typ)');
  return { alg, kid };
}

function readObject(part: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (isPlainObject(header)) return header;
  } catch {
    // The words of the parser would quote it.
  }
  throw malformed('has a header that is no JSON object');
}

/** Tells what is wrong, without a character of the token. */
export function malformed(problem: string): TokenVerificationError {
  return new TokenVerificationError('ERR_TOKEN_MALFORMED', `The token ${problem}.`);
}
