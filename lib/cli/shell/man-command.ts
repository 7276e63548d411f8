import type { CommandIo, Ending } from '../terminal/command-io.js';
import type { Invocation } from '../usage/command.js';
import { EXIT } from '../usage/exit-code.js';
import { UsageError } from '../usage/usage-error.js';
import { manPage } from './man-page.js';

/** `m2m-token man`: prints the manual page. */
export async function printManPage({ stdout }: CommandIo, { words, values }: Invocation): Promise<Ending> {
  if (words.length > 0) throw new UsageError('man takes no word.');
  stdout.write(values.json === true ? `${JSON.stringify({ page: manPage() })}\n` : manPage());
  return EXIT.done;
}
