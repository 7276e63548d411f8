/** What `process.emitWarning()` made. */
export type ProcessWarning = Error & { readonly code?: string; readonly detail?: string };

/** Runs `work`, and gives the process warnings that it left, which Node.js emits in a later turn. They are not printed. */
export async function warningsOf(work: () => unknown): Promise<ProcessWarning[]> {
  const warnings: ProcessWarning[] = [];
  const note = (warning: Error) => warnings.push(warning);
  const others = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', note);
  try {
    await work();
    await new Promise(setImmediate);
  } finally {
    process.off('warning', note);
    for (const other of others) process.on('warning', other);
  }
  return warnings;
}
