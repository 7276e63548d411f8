import fc from 'fast-check';
import type { ApiServer, Seen } from './api-server.js';

const schemes = fc.constantFrom(
  'http:',
  'http:',
  'http:',
  'HTTP:',
  ' http:',
  'https:',
  'ws:',
  'file:',
  '',
  'ht\ntp:',
);
const slashes = fc.constantFrom('//', '//', '//', '/', '///', '\\\\', '/\\', '\\/', '', '//\t');
const users = fc.constantFrom(
  '',
  '',
  '',
  '',
  'user@',
  'user:pass@',
  ':@',
  '%40@',
  'OWN@',
  'OWN/@',
  'OWN\\@',
  'OWN#@',
  'OWN?@',
);
const hosts = fc.constantFrom(
  'OWN',
  'OWN',
  'OWN',
  'OTHER0',
  'OTHER1',
  'OTHER2',
  'localhost:PORT',
  '127.1:PORT',
  '2130706433:PORT',
  '0x7f.1:PORT',
  '127.0.0.1.:PORT',
  '１２７.0.0.1:PORT',
  'OWN.OTHER0',
  'OWN@OTHER0',
  'OTHER0#OWN',
  'OTHER0\\@OWN',
  'OTHER0/OWN',
  '[::ffff:127.0.0.1]:PORT',
  '127.0.0.1:0PORT',
  '%31%32%37.0.0.1:PORT',
);
const paths = fc.constantFrom(
  '',
  '/',
  '/x',
  '//OTHER0/x',
  '/\\OTHER0/x',
  '/..//OTHER0',
  '?OTHER0',
  '#@OTHER0',
  '@OTHER0/',
);

/** Addresses that one parser may read as the own server's, and another as that of somebody else. */
export const oddAddresses: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(schemes, slashes, users, hosts, paths).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(paths, hosts, paths).map((parts) => parts.join('')) },
);

/** Puts the real servers into an address. */
export function fillIn(address: string, own: ApiServer, others: readonly ApiServer[]): string {
  const hostOf = (server: ApiServer | undefined) => new URL(server?.origin ?? '').host;
  return address
    .replaceAll(/OTHER(\d)/g, (_, index) => hostOf(others[Number(index)]))
    .replaceAll('OWN', hostOf(own))
    .replaceAll('PORT', new URL(own.origin).port);
}

/** Nothing but loopback is to be asked. What is no address fails at once. */
export function isOfLoopback(address: string, base: string): boolean {
  try {
    return /^(127\.|\[::|localhost)/.test(new URL(address, base).hostname);
  } catch {
    return true;
  }
}

export function holdsToken({ headers, url, body }: Seen): boolean {
  return /the-(first|second)-token/.test(JSON.stringify([headers, url, body]));
}

/**
 * Gives out tokens that can be recognised wherever they turn up, another one after each rejection, and does whatever `meanwhile`
 * does while they are waited for.
 */
export function recognisableTokens(meanwhile: () => void) {
  let isRejected = false;
  const getToken = async () => {
    meanwhile();
    await new Promise(setImmediate);
    meanwhile();
    return isRejected ? 'the-second-token' : 'the-first-token';
  };
  const invalidate = () => {
    isRejected = true;
    meanwhile();
  };
  return { getToken, invalidate, forClient: () => ({ getToken, peek: () => undefined }) };
}
