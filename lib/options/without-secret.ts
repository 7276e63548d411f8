import { ConfigurationError } from '../errors.js';

/** Fewer characters than this stand in any text, and keep nothing secret. */
const MIN_SECRET_LENGTH = 4;

/** Runs `read`; should the secret stand in the place of another option, the error about that does not repeat it. */
export function withoutSecret<T>(secret: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isSecret = typeof secret === 'string' && secret.length >= MIN_SECRET_LENGTH;
    const isShown = error instanceof ConfigurationError && isSecret && error.message.includes(secret);
    if (!isShown) throw error;
    throw new ConfigurationError(
      error.option,
      'is malformed. It contains the clientSecret, so it is not repeated here.',
    );
  }
}
