import { warnProcess } from '../../ground/process-warning.js';

/** The servers that were started, and not closed so far, each with where that was. */
const open = new Map<object, { readonly address: string; readonly started: Error }>();

/** Takes note of a server: unless it is closed, a process warning tells so once the process has nothing else to do. */
export function noteOpen(server: object, address: string, started: Error): void {
  if (open.size === 0) process.once('beforeExit', tell);
  open.set(server, { address, started });
}

export function noteClosed(server: object): void {
  open.delete(server);
  if (open.size === 0) process.removeListener('beforeExit', tell);
}

function tell(): void {
  for (const { address, started } of open.values()) {
    warnProcess({
      code: 'TOKEN_SERVER_OPEN',
      message: `The token server at ${address} was not closed. Call its close() after the tests.`,
      thrown: started,
    });
  }
}
