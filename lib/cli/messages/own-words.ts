import type { GivenSettings } from '../settings/given-settings.js';
import { PLACES } from '../settings/setting-names.js';

/** How messages of the library name what programs alone can give, and what is said in its place. */
const PHRASES: readonly (readonly [words: RegExp, own: string])[] = [
  [/ Then trim\(\) it\./, ' Then let it hold the secret alone.'],
  [/ \(option audience: [^)]*\)/, ''],
  [/; the server wants another assertionType\b/, ''],
  [/ Without the option dpop: the server wants it\./, ' If the server wants DPoP: this program has none.'],
  [/the option subdomain: '(\w+)'/, '--subdomain $1'],
  [
    /authentication \(tlsClient\(\) of m2m-token-provider\/client-auth\)/,
    '--authentication tls_client_auth with --cert-file and --key-file',
  ],
  [
    /, which needs an agent of its own: give it by the http option \(httpsAgent\)/,
    ', which this program does not',
  ],
  [/, or (by|as proxy\.auth of) the http option( \([^)]*\))?/, ''],
];

/** Which option gives these times, by command; where there is none, the time stands for itself. */
const TIMES: Readonly<Record<string, string>> = {
  'token maxWaitMs': ' (--max-wait)',
  'doctor requestTimeoutMs': ' (--timeout)',
};

/** How messages of the library speak of the server's address: they do not know by which option it was given. */
const ADDRESS = /(?:subdomain or )?tokenEndpoint \(or issuer, or jwksUri\)/g;
const PATH = /\b(?:its path, or the subdomain|its path|the path of the address)(?=[.,;])/g;
const ACCOUNT = 'the subdomain or address of another account';

/** Options that hold an address; the others are a part of one. */
const WHOLE: readonly unknown[] = ['tokenEndpoint', 'issuer'];

/** It tells what was seen. It may quote the server, in brackets, which may be several sentences. */
export const FIRST_SENTENCE = /^((?:\("[^"]*"\)|(?!\(").)*?\.) (?=[A-Z])/s;

/** The command, and what it was given of the settings. */
export interface Spoken {
  readonly command: string;
  readonly given?: GivenSettings;
}

/** A message of the library for whoever has no program, but a command line: without mends that cannot be done there. */
export function inOwnWords(message: string, { command, given = new Map() }: Spoken): string {
  const own = PHRASES.reduce((text, [words, replacement]) => text.replace(words, replacement), message);
  return nameAddress(own, given).replace(
    / \((maxWaitMs|requestTimeoutMs)\)/g,
    (_, name) => TIMES[`${command} ${name}`] ?? '',
  );
}

/** A message of the library, that names the server's address by the flag or variable that it was given by, in place of all ways there are. */
function nameAddress(message: string, given: GivenSettings): string {
  const option = PLACES.find((one) => given.has(one));
  const from = option && given.get(option)?.from;
  const brackets = from ? ` (${from})` : '';
  const address = from && WHOLE.includes(option) ? from : `the address${from ? brackets : ' of the server'}`;
  return message
    .replace(ADDRESS, address)
    .replace(PATH, `the path in ${address}`)
    .replace(ACCOUNT, `the address of another account${brackets}`);
}
