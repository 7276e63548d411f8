import { UsageError } from '../usage/usage-error.js';
import type { GivenSettings } from './given-settings.js';
import { needsOf } from './proof-methods.js';
import { METHODS, type Setting } from './setting-names.js';

/** What OAuth calls the methods that have another name here. */
const NAMES_IN_OAUTH: readonly (readonly [name: string, own: string])[] = [
  ['client_secret_basic', 'basic'],
  ['client_secret_post', 'post'],
  ['self_signed_tls_client_auth', 'tls_client_auth'],
];

/** Each proves the client in a way of its own. */
const PROOFS: readonly Setting['option'][] = ['secretFile', 'keyFile', 'keyId', 'assertionFile', 'certFile'];

/**
 * Checks how the client shall prove itself.
 * @throws {UsageError} when there is no such method, or a flag gives what the method does not take. A variable may be for another call
 */
export function checkMethod(given: GivenSettings): void {
  const found = given.get('authentication');
  const method = found?.value.toString() ?? METHODS[0] ?? '';
  if (!METHODS.includes(method)) throw new UsageError(`${found?.from}: ${unknownMethod(method)}`);
  const useless = PROOFS.find(
    (option) => given.get(option)?.from.startsWith('--') && !usedBy(method).includes(option),
  );
  if (useless === undefined) return;
  const way = found ? `${found.from} is ${method}` : `--authentication is ${method} by default`;
  const methods = METHODS.filter((one) => usedBy(one).includes(useless)).join(', ');
  throw new UsageError(
    `${given.get(useless)?.from}: is not used, since ${way}. It is for ${methods}: leave it out, or give such a method.`,
  );
}

/** Nothing of the value is repeated but a name of OAuth: it may be a secret in the wrong place. */
function unknownMethod(method: string): string {
  const [name, own] = NAMES_IN_OAUTH.find(([one]) => one === method) ?? [];
  const hint = name === undefined ? '' : ` What OAuth calls ${name} is ${own} here.`;
  return `must be one of ${METHODS.join(', ')}.${hint}`;
}

function usedBy(method: string): readonly Setting['option'][] {
  const needs = needsOf(method);
  return [
    ...needs,
    ...(needs.includes('clientSecret') ? (['secretFile'] as const) : []),
    ...(method === 'private_key_jwt' ? (['keyId'] as const) : []),
  ];
}
