import fc from 'fast-check';

/** Some stand there more than once, so that more of the addresses lead somewhere. */
const schemes = fc.constantFrom(
  'http:',
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
  'http',
  'javascript:',
);
const slashes = fc.constantFrom('//', '//', '//', '/', '///', '\\\\', '/\\', '\\/', '', '//\t', '////');
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
  'OTHERPORT',
  '127。0。0。1:PORT',
  '127.0.0.1:',
  '127.0.0.1',
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
  ':80@OTHER0',
);

/** Addresses that one parser may read as the own server's, and another as that of somebody else. */
export const oddAddresses: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(schemes, slashes, users, hosts, paths).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(paths, hosts, paths).map((parts) => parts.join('')) },
);

interface Place {
  readonly origin: string;
}

/** Puts real servers into an address. */
export function fillIn(address: string, own: Place, others: readonly Place[]): string {
  const urlOf = (place: Place | undefined) => new URL(place?.origin ?? '');
  return address
    .replaceAll('OTHERPORT', () => `127.0.0.1:${urlOf(others[0]).port}`)
    .replaceAll(/OTHER(\d)/g, (_, index) => urlOf(others[Number(index)]).host)
    .replaceAll('OWN', urlOf(own).host)
    .replaceAll('PORT', urlOf(own).port);
}

/** Addresses of all looks, that lead to one origin, to others, or nowhere. */
export function addressesAround(own: string, others: readonly string[]): fc.Arbitrary<string> {
  const places = others.map((origin) => ({ origin }));
  return fc.oneof(
    { weight: 2, arbitrary: oddAddresses.map((address) => fillIn(address, { origin: own }, places)) },
    { weight: 1, arbitrary: fc.webUrl() },
  );
}
