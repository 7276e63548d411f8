import type { GivenSettings } from './given-settings.js';
import { nearestName, unreadVariables } from './misspelt-variables.js';
import { needsOf } from './proof-methods.js';
import { PLACES, type Setting, waysOf } from './setting-names.js';

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

/** A sentence about variables that nobody reads; empty where there are none. */
export function describeUnread(env: Readonly<NodeJS.ProcessEnv>): string {
  const names = unreadVariables(env);
  if (names.length === 0) return '';
  const near = names.map(nearestName).filter((name) => name !== undefined);
  const question = near.length === 0 ? 'is the name right?' : `is ${near.join(' and ')} meant?`;
  return `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} set, but nothing reads that: ${question}`;
}
