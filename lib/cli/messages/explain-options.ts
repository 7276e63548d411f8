import type { GivenSettings } from '../settings/given-settings.js';
import { PLACES, PREFIXES, SETTINGS, type Setting, waysOf } from '../settings/setting-names.js';

/** The same words in English. They are told as options only where the message uses them so. */
const PLAIN_WORDS = new Set(['region', 'scope', 'resource', 'parameters']);

/** What is no setting, and how it is given here. */
const OTHERS: readonly (readonly [words: RegExp, told: string])[] = [
  [
    /\bhttp option\b/,
    'in the place of the http option, HTTPS_PROXY names a proxy, and NODE_EXTRA_CA_CERTS a file of authorities',
  ],
  [/\brequestTimeoutMs\b/, 'requestTimeoutMs is --timeout'],
];

/**
 * Messages of the library name its options. Tells how those are given here, and those of `related` that are given: by which flag or
 * variable each was, or can be. Empty where there is nothing to tell.
 */
export function explainOptions(
  message: string,
  given: GivenSettings = new Map(),
  related: readonly Setting['option'][] = [],
): string {
  const named = SETTINGS.map(({ option }) => option).filter((option) => isNamed(option, message));
  // `Check subdomain or tokenEndpoint`: of these, one alone was given.
  const isPlaceNamed = PLACES.some((place) => given.has(place) && named.includes(place));
  const isOther = (option: Setting['option']) =>
    isPlaceNamed && PLACES.includes(option) && !given.has(option);
  const told = [
    ...named.filter((option) => !isOther(option)),
    ...related.filter((option) => given.has(option) && !named.includes(option)),
  ];
  const explained = told
    .filter((option) => !beginsWithWayOf(option, message))
    .map((option) => `${option} is ${wayOf(option, given)}`);
  return [...explained, ...OTHERS.filter(([words]) => words.test(message)).map(([, told]) => told)].join(
    '; ',
  );
}

/** The secret may have come by a file. */
function wayOf(option: Setting['option'], given: GivenSettings): string | undefined {
  const found = given.get(option) ?? (option === 'clientSecret' ? given.get('secretFile') : undefined);
  return found?.from ?? waysOf(option);
}

/** Such a message is of this program, and has said it. */
function beginsWithWayOf(option: Setting['option'], message: string): boolean {
  const [beginning] = message.split(': ', 1);
  const setting = SETTINGS.find((one) => one.option === option);
  const ways = [`--${setting?.flag}`, ...PREFIXES.map((prefix) => `${prefix}${setting?.variable}`)];
  return ways.some((way) => way === beginning);
}

function isNamed(option: string, message: string): boolean {
  if (message.startsWith(`${option}: `)) return true;
  return !PLAIN_WORDS.has(option) && new RegExp(`(?<![-.\\w])${option}\\b`).test(message);
}
