/** The command could not be started. */
export class CommandError extends Error {
  static {
    CommandError.prototype.name = 'CommandError';
  }

  readonly code = 'ERR_COMMAND';
  /** As shells have it: 127 where it is not found, 126 where it cannot be run. */
  readonly exitCode: number;

  /** `cause`: the system's code. */
  constructor(cause: string) {
    const isMissing = cause === 'ENOENT';
    super(
      isMissing
        ? 'The command behind -- is not found: is it on PATH?'
        : `The command behind -- cannot be run (${cause})${cause === 'EACCES' ? ': may this user execute it?' : '.'}`,
    );
    this.exitCode = isMissing ? 127 : 126;
  }
}
