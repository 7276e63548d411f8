import type { GivenSettings } from './given-settings.js';
import { PLACES } from './setting-names.js';

/** How messages of the library speak of the server's address: they do not know by which option it was given. */
const ADDRESS = /(?:subdomain or )?tokenEndpoint \(or issuer, or jwksUri\)/g;
const PATH = /\b(?:its path, or the subdomain|its path|the path of the address)(?=[.,;])/g;
const ACCOUNT = 'the subdomain or address of another account';

/** Options that hold an address; the others are a part of one. */
const WHOLE: readonly unknown[] = ['tokenEndpoint', 'issuer'];

/** A message of the library, that names the server's address by the flag or variable that it was given by, in place of all ways there are. */
export function inOwnWords(message: string, given: GivenSettings = new Map()): string {
  const option = PLACES.find((one) => given.has(one));
  const from = option && given.get(option)?.from;
  const brackets = from ? ` (${from})` : '';
  const address = from && WHOLE.includes(option) ? from : `the address${from ? brackets : ' of the server'}`;
  return message
    .replace(ADDRESS, address)
    .replace(PATH, `the path in ${address}`)
    .replace(ACCOUNT, `the address of another account${brackets}`);
}
