import { ConfigurationError } from '../ground/errors.js';

/** Fewer characters than this stand in any text, and keep nothing secret. */
const MIN_SECRET_LENGTH = 4;
/** No option lies deeper. */
const MAX_DEPTH = 2;

/** Runs `read`; should the secret stand in the place of another option, the error about that does not repeat it. */
export function withoutSecret<T>(options: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { clientSecret, ...others } = Object(options) as { clientSecret?: unknown };
    if (!isSecret(clientSecret) || !mentions(others, clientSecret)) throw error;
    const option = error.option.includes(clientSecret) ? 'options' : error.option;
    throw new ConfigurationError(
      option,
      'is malformed. The clientSecret stands in a wrong place, so no more is shown.',
    );
  }
}

function isSecret(value: unknown): value is string {
  return typeof value === 'string' && value.length >= MIN_SECRET_LENGTH;
}

/** Looks at what was given rather than at the message: that may show a part of it, or write it otherwise. */
function mentions(value: unknown, secret: string, depth = 0): boolean {
  if (typeof value === 'string') return value.includes(secret);
  if (value instanceof URL) return value.href.includes(secret);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  return Object.entries(value).some(
    ([name, inner]) => name.includes(secret) || mentions(inner, secret, depth + 1),
  );
}
