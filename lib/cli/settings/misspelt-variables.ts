import type { CommandIo } from '../terminal/command-io.js';
import { columnsOf, wrapText } from '../terminal/layout-text.js';
import { printable } from '../terminal/printable.js';
import type { OptionValues } from '../usage/command.js';
import { PREFIXES, SETTINGS } from './setting-names.js';

/** Variables that are read elsewhere: by `inspect`, by the child of `run`, by services. */
const OTHERS = ['M2M_AUDIENCE', 'M2M_TOKEN_SOCKET', 'M2M_DPOP', 'ONELOGIN_DPOP'];

const KNOWN = [...PREFIXES.flatMap((prefix) => SETTINGS.map(({ variable }) => prefix + variable)), ...OTHERS];

/** Slips of the finger; with more, another name may be meant as well. */
const MAX_SLIPS = 2;

/** Variables that look like ours, and that nobody reads: most likely misspelt. */
export function unreadVariables(env: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  return Object.keys(env).filter(
    (name) => PREFIXES.some((prefix) => name.startsWith(prefix)) && !KNOWN.includes(name),
  );
}

/**
 * Tells of each variable whose name is nearly that of a setting: without that setting a token is asked for all the same, and is another
 * one. Names that are like no other may be for somebody else. Who reads JSON reads nothing else.
 */
export function tellMisspelt({ env, stderr }: CommandIo, { json }: OptionValues): void {
  if (json === true) return;
  for (const name of unreadVariables(env)) {
    const near = nearestName(name);
    if (near === undefined) continue;
    const line = `m2m-token: ${printable(name)} is set, but nothing reads that: is ${near} meant?`;
    stderr.write(`${wrapText(line, columnsOf(stderr))}\n`);
  }
}

/** The known name that is meant, most likely. */
export function nearestName(name: string): string | undefined {
  const [prefix = ''] = PREFIXES.filter((one) => name.startsWith(one));
  const own = KNOWN.filter((one) => one.startsWith(prefix));
  const [nearest] = own
    .map((one) => ({ one, slips: slipsBetween(name, one) }))
    .sort((a, b) => a.slips - b.slips);
  if (nearest && nearest.slips <= MAX_SLIPS && name.length > prefix.length + MAX_SLIPS) return nearest.one;
  // M2M_SECRET, M2M_ENDPOINT
  const longer = own.filter((one) => one.endsWith(`_${name.slice(prefix.length)}`));
  return longer.length === 1 ? longer[0] : undefined;
}

/** How many characters are to be changed, added or left out (Levenshtein). */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, character] of [...a].entries()) {
    const next = [index + 1];
    for (const [place, other] of [...b].entries()) {
      const changed = (row[place] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(changed, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
