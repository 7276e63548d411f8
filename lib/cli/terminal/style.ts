import type { Output } from './command-io.js';

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** Gives a text a colour, or leaves it as it is. */
export type Style = (text: string, ...codes: readonly (keyof typeof CODES)[]) => string;

/** Colours for terminals alone; `NO_COLOR` takes them away (https://no-color.org), `FORCE_COLOR` gives them to files, too. */
export function styleFor({ isTTY }: Output, env: Readonly<NodeJS.ProcessEnv>): Style {
  if (!isColoured(isTTY === true, env)) return (text) => text;
  return (text, ...codes) => `\u001b[${codes.map((code) => CODES[code]).join(';')}m${text}\u001b[0m`;
}

function isColoured(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: Readonly<NodeJS.ProcessEnv>) {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && TERM !== 'dumb';
}
