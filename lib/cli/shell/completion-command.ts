import type { CommandIo, Ending } from '../terminal/command-io.js';
import type { Invocation } from '../usage/command.js';
import { EXIT } from '../usage/exit-code.js';
import { UsageError } from '../usage/usage-error.js';
import { bashCompletion } from './bash-completion.js';
import { zshCompletion } from './zsh-completion.js';

const SHELLS: ReadonlyMap<string, () => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
]);

/** `m2m-token completion`: prints the script that a shell reads when it starts. */
export async function printCompletion({ stdout }: CommandIo, { words, values }: Invocation): Promise<Ending> {
  const script = words.length === 1 ? SHELLS.get(words[0] ?? '') : undefined;
  if (!script) throw new UsageError(`completion: name one shell, ${[...SHELLS.keys()].join(' or ')}.`);
  stdout.write(values.json === true ? `${JSON.stringify({ script: script() })}\n` : script());
  return EXIT.done;
}
