import { SETTINGS, waysOf } from './setting-names.js';

/** The same words in English. They are told as options only where the message uses them so. */
const PLAIN_WORDS = new Set(['region', 'scope', 'resource', 'parameters']);

/**
 * Messages of the library name its options. Tells how those are given here: by a flag or a variable. Empty where the message
 * names none.
 */
export function explainOptions(message: string): string {
  const named = SETTINGS.filter(({ option }) => isNamed(option, message));
  const words = named.map(({ option }) => `${option} is given by ${waysOf(option)}`);
  const http = /\bhttp option\b/.test(message) ? ['the http option is for programs, not for this one'] : [];
  return [...words, ...http].join('; ');
}

function isNamed(option: string, message: string): boolean {
  if (message.startsWith(`${option}: `)) return true;
  return !PLAIN_WORDS.has(option) && new RegExp(`\\b${option}\\b`).test(message);
}
