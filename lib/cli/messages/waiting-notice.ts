import type { TokenProvider } from '../../index.js';
import type { Output } from '../terminal/command-io.js';
import { columnsOf, wrapText } from '../terminal/layout-text.js';
import { failureWords } from './failure-words.js';

/** Whoever waits for longer wants to know for what. */
const PATIENCE_MS = 3_000;

export interface WaitingNotice {
  readonly stderr: Output;
  /** The name of the command. */
  readonly command: string;
  /** Whoever reads JSON reads nothing else. */
  readonly isJson: boolean;
}

/**
 * Waits for the first token. On a terminal, it tells after a while why there is none yet, and again when the cause is another one.
 * Scripts are told nothing but the end.
 */
export async function waitForToken(
  provider: TokenProvider,
  { stderr, command, isJson }: WaitingNotice,
): Promise<void> {
  if (stderr.isTTY !== true || isJson) {
    await provider.getToken();
    return;
  }
  let state = 'the server has not answered; waiting';
  let told: string | undefined;
  const tell = (): void => {
    if (told === state) return;
    told = state;
    stderr.write(`${wrapText(`m2m-token: no token yet: ${state}`, columnsOf(stderr))}\n`);
  };
  const timer = setTimeout(tell, PATIENCE_MS);
  const onRetry = ({ error }: { readonly error: Error }): void => {
    state = `${failureWords(error, command)}; trying again`;
    if (told !== undefined) tell();
  };
  provider.on('retry', onRetry);
  try {
    await provider.getToken();
  } finally {
    clearTimeout(timer);
    provider.off('retry', onRetry);
  }
}
