/** The command line, or a setting, is wrong. The message says what to write instead, and repeats no value: it may be a secret. */
export class UsageError extends Error {
  static {
    UsageError.prototype.name = 'UsageError';
  }

  readonly code = 'ERR_USAGE';
}
