import type { TokenProvider } from '../../index.js';
import { failureWords } from '../messages/failure-words.js';
import type { Output } from '../terminal/command-io.js';
import { distanceWords } from '../terminal/time-words.js';

/** Tells when renewals begin to fail, and when they succeed again: in one line each, since the command has the output, too. */
export function tellRenewals(provider: TokenProvider, stderr: Output): void {
  let isFailing = false;
  provider.on('failure', ({ error, usableUntil }) => {
    if (isFailing) return;
    isFailing = true;
    const words = failureWords(error, 'run');
    stderr.write(`m2m-token: the token cannot be renewed: ${words}; ${leftWords(usableUntil)}\n`);
  });
  provider.on('refresh', () => {
    if (!isFailing) return;
    isFailing = false;
    stderr.write('m2m-token: the token is renewed again\n');
  });
}

function leftWords(usableUntil: number | undefined): string {
  const now = Date.now();
  if (usableUntil === undefined || usableUntil <= now) return 'it has ended';
  return `it ends ${distanceWords(usableUntil, now)}`;
}
