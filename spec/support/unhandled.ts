/**
 * Writes down the rejections that nobody handles from now on, since Mocha does not fail by each of them. What it gives ends that,
 * and tells of them.
 */
export function watchUnhandled(): () => Promise<readonly unknown[]> {
  const found: unknown[] = [];
  const note = (reason: unknown): void => void found.push(reason);
  process.on('unhandledRejection', note);
  return async () => {
    // Node.js tells of them after all microtasks of a turn.
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    return found;
  };
}
