import type { Output } from './command-io.js';

/** Narrower terminals get lines of this width all the same. */
const MIN_COLUMNS = 40;
/** Longer lines are hard to read. */
const MAX_COLUMNS = 100;

/** How wide lines may be; without bound where the output is no terminal, since other programs look for text in it. */
export function columnsOf({ isTTY, columns }: Output): number {
  if (isTTY !== true) return Number.POSITIVE_INFINITY;
  return Math.min(Math.max(columns || 80, MIN_COLUMNS), MAX_COLUMNS);
}

/** Breaks text between words, and puts `indent` before every line but the first. A longer word keeps its own line. */
export function wrapText(text: string, columns: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const isFull = line !== '' && indent.length + line.length + 1 + word.length > columns;
    if (isFull) lines.push(line);
    line = isFull || line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}
