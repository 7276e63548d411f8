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

/** Keeps our own process warnings off the screen while the specs of a suite run. Those of others still show. */
export function muteTokenWarnings(): void {
  let others: NodeJS.WarningListener[] = [];
  const showOthers = (warning: Error): void => {
    if (warning.name !== 'TokenProviderWarning') for (const other of others) other(warning);
  };
  before(() => {
    others = process.listeners('warning');
    process.removeAllListeners('warning').on('warning', showOthers);
  });
  after(async () => {
    // Node.js emits them in a later turn.
    await new Promise(setImmediate);
    process.off('warning', showOthers);
    for (const other of others) process.on('warning', other);
  });
}
