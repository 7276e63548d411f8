export interface ProcessWarning {
  readonly code: string;
  readonly message: string;
  /** What was thrown, if anything: its stack becomes the detail of the warning. */
  readonly thrown?: unknown;
}

/** Tells the operator something that is no error of any call: Node.js prints it, or gives it to `process.on('warning')`. */
export function warnProcess({ code, message, thrown }: ProcessWarning): void {
  const detail = thrown === undefined ? undefined : stackOf(thrown);
  process.emitWarning(message, { type: 'TokenProviderWarning', code, ...(detail && { detail }) });
}

/** Anything can be thrown, even an object that throws again when it is turned into text. */
function stackOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.stack : error);
  } catch {
    return 'It cannot be shown.';
  }
}
