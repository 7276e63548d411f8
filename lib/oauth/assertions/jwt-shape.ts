import { kindOf } from '../../ground/value-kind.js';

/**
 * Says what stands in the place of a signed JWT (RFC 7515 §7.1), or `undefined` where there is one: a file may be empty or half-written.
 * Repeats none of it.
 */
export function describeNoJwt(text: unknown): string | undefined {
  if (typeof text !== 'string' || text === '') return `${kindOf(text)} in place of a signed JWT.`;
  if (text.startsWith('{'))
    return 'JSON in place of a signed JWT. Take out of it the member that is the JWT.';
  const parts = text.split('.');
  if (parts.length !== 3)
    return `a text of ${parts.length} ${parts.length === 1 ? 'part' : 'parts'} in place of a signed JWT, which has 3 with dots between them.`;
  if (parts.every((part) => /^[\w-]+$/.test(part))) return undefined;
  return 'no signed JWT: one of its parts is empty, or has characters that base64url has not.';
}
