/** The command could not be started. */
export class CommandError extends Error {
  static {
    CommandError.prototype.name = 'CommandError';
  }

  /** As shells have it: 127 where it is not found, 126 where it cannot be run. */
  readonly exitCode: number;

  /** `code` is that of the system. */
  constructor(code: string) {
    const isMissing = code === 'ENOENT';
    super(
      isMissing
        ? 'The command behind -- is not found: is it on PATH?'
        : `The command behind -- cannot be run (${code}): may this user execute it?`,
    );
    this.exitCode = isMissing ? 127 : 126;
  }
}
