import { ConfigurationError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';

/** RFC 6749 Appendix A has ASCII alone, but Appendix B encodes as UTF-8, and servers give out such credentials. */
const NOT_PRINTABLE = /[\p{Cc}\p{Cs}]/u;
/** Text from a file may begin with a byte order mark. `trim()` takes away all of these. */
const OF_A_FILE = /[\r\n\u2028\u2029\ufeff]/;

/** Asks for the secret; it may take its time, or fail. */
export type SecretSupplier = () => string | Promise<string>;

export function readClientId(clientId: unknown): string {
  if (typeof clientId !== 'string' || clientId === '') {
    throw new ConfigurationError('clientId', `must be a non-empty string; got ${kindOf(clientId)}.`);
  }
  if (clientId !== clientId.trim() || NOT_PRINTABLE.test(clientId)) {
    throw new ConfigurationError('clientId', 'contains white space around it, or a control character.');
  }
  return clientId;
}

/** The secret is kept behind a function, where no inspection of an object reaches it. */
export function readClientSecret(secret: unknown, option = 'clientSecret'): SecretSupplier {
  if (typeof secret === 'function') return secret as SecretSupplier;
  const problem = secretProblem(secret);
  if (problem) throw new ConfigurationError(option, problem);
  return () => secret as string;
}

/** What is wrong with a secret, or `undefined`. Never repeats any of it. */
export function secretProblem(secret: unknown): string | undefined {
  if (secret === undefined) return 'is missing.';
  // A secret of digits alone, of which some file has made a number.
  if (typeof secret === 'number') return 'must be a string or a function; got a number.';
  if (typeof secret !== 'string') return `must be a string or a function; got ${kindOf(secret)}.`;
  if (secret === '') return 'is empty. Is the environment variable it comes from set?';
  if (OF_A_FILE.test(secret))
    return 'contains a line break or a byte order mark. Was it read from a file? Then trim() it.';
  if (NOT_PRINTABLE.test(secret)) return 'contains a control character.';
  return undefined;
}
