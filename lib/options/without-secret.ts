import { ConfigurationError } from '../ground/errors.js';

/** Shorter secrets are in many texts by chance: they count only if they are the whole text. */
const MIN_PART_LENGTH = 4;
/** No option lies deeper. */
const MAX_DEPTH = 2;

/**
 * Runs `read`. No error about an option repeats what may be a secret; where the secret itself stands in the place of another
 * option as well, the error tells so, and nothing else.
 */
export function withoutSecret<T>(options: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const secret = error instanceof ConfigurationError ? misplacedSecret(options) : undefined;
    if (secret === undefined) throw error;
    const { option } = error as ConfigurationError;
    throw new ConfigurationError(
      isIn(option, secret) ? 'options' : option,
      'is malformed. The clientSecret stands in a wrong place, so no more is shown.',
    );
  }
}

/** The secret, where it is a text that stands in another option, too. What cannot be looked at holds none. */
function misplacedSecret(options: unknown): string | undefined {
  try {
    const { clientSecret, ...others } = Object(options) as { clientSecret?: unknown };
    if (typeof clientSecret !== 'string' || clientSecret === '') return undefined;
    return mentions(others, clientSecret) ? clientSecret : undefined;
  } catch {
    return undefined;
  }
}

/** Looks at what was given rather than at the message: that may show a part of it, or write it otherwise. */
function mentions(value: unknown, secret: string, depth = 0): boolean {
  if (typeof value === 'string') return isIn(value, secret);
  if (value instanceof URL) return isIn(value.href, secret);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  if (ArrayBuffer.isView(value)) return false;
  return Object.entries(value).some(
    ([name, inner]) => isIn(name, secret) || mentions(inner, secret, depth + 1),
  );
}

function isIn(text: string, secret: string): boolean {
  return secret.length < MIN_PART_LENGTH ? text === secret : text.includes(secret);
}
