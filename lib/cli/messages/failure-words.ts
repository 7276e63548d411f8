import { printable } from '../terminal/printable.js';
import { FIRST_SENTENCE, inOwnWords } from './own-words.js';

/** Longer lines hide what the command itself says. */
const MAX_LENGTH = 200;

/** What has failed, in half a line: the first sentence of a message, without its end. */
export function failureWords({ message }: Error, command: string): string {
  const own = inOwnWords(message, { command });
  const [, first = own] = FIRST_SENTENCE.exec(own) ?? [];
  const words = printable(first.replace(/\.$/, '')).replace(/\s+/g, ' ');
  return words.length > MAX_LENGTH ? `${words.slice(0, MAX_LENGTH)}…` : words;
}
