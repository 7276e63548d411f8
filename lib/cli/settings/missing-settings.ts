import type { GivenSettings } from './given-settings.js';
import { needsOf } from './proof-methods.js';
import { PLACES, PREFIXES, SETTINGS, type Setting, waysOf } from './setting-names.js';

/** Variables that are read elsewhere: by `inspect`, by the child of `run`, by services. */
const OTHERS = ['M2M_AUDIENCE', 'M2M_TOKEN_SOCKET', 'M2M_DPOP', 'ONELOGIN_DPOP'];

const NAMES: ReadonlyMap<Setting['option'], string> = new Map([
  ['clientSecret', 'secret'],
  ['keyFile', 'key'],
  ['assertionFile', 'assertion'],
  ['certFile', 'certificate'],
]);

/** Says which settings are missing, and how to give them; `undefined` when none is. */
export function missingSettings(given: GivenSettings, env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const has = (...options: Setting['option'][]) => options.some((option) => given.has(option));
  const missing = [
    !has(...PLACES) &&
      'where tokens come from (M2M_SUBDOMAIN for OneLogin; else M2M_ISSUER or M2M_TOKEN_ENDPOINT)',
    !has('clientId') && `the client (${waysOf('clientId')})`,
    ...needsOf(given.get('authentication')?.value.toString())
      .filter((option) => !has(option, ...(option === 'clientSecret' ? (['secretFile'] as const) : [])))
      .map((option) => `its ${NAMES.get(option)} (${waysOf(option)})`),
  ].filter((words) => words !== false);
  if (missing.length === 0) return undefined;
  return [`Not set: ${missing.join(', ')}.`, describeUnread(env), 'See m2m-token help settings.']
    .filter(Boolean)
    .join(' ');
}

/** Variables that look like ours, and that nobody reads: most likely misspelt. */
export function unreadVariables(env: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const read = new Set(PREFIXES.flatMap((prefix) => SETTINGS.map(({ variable }) => prefix + variable)));
  return Object.keys(env).filter(
    (name) => PREFIXES.some((prefix) => name.startsWith(prefix)) && !read.has(name) && !OTHERS.includes(name),
  );
}

/** A sentence about them; empty where there are none. */
export function describeUnread(env: Readonly<NodeJS.ProcessEnv>): string {
  const names = unreadVariables(env);
  if (names.length === 0) return '';
  return `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} set, but nothing reads that: is the name right?`;
}
