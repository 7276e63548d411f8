import fc from 'fast-check';

const schemes = fc.constantFrom(
  'http:',
  'HTTP:',
  ' http:',
  'https:',
  'ws:',
  'file:',
  '',
  'http',
  'javascript:',
  'ht\ntp:',
);
const slashes = fc.constantFrom('//', '/', '///', '\\\\', '/\\', '\\/', '', '//\t', '////');
const users = fc.constantFrom(
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
  'OTHER0',
  'OTHER1',
  'OTHER2',
  'OTHERPORT',
  'localhost:PORT',
  '127.1:PORT',
  '2130706433:PORT',
  '0x7f.1:PORT',
  '127.0.0.1.:PORT',
  '１２７.0.0.1:PORT',
  '127。0。0。1:PORT',
  'OWN.OTHER0',
  'OWN@OTHER0',
  'OTHER0#OWN',
  'OTHER0\\@OWN',
  'OTHER0/OWN',
  '[::ffff:127.0.0.1]:PORT',
  '127.0.0.1:0PORT',
  '127.0.0.1:',
  '127.0.0.1',
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
  ':80@OTHER0',
);
const patterns = fc.oneof(
  fc.tuple(schemes, slashes, users, hosts, paths).map((parts) => parts.join('')),
  fc.tuple(paths, hosts, paths).map((parts) => parts.join('')),
  fc.webUrl(),
);

/** Addresses of all looks, that lead to one origin, to others, or nowhere. */
export function addressesAround(own: string, others: readonly string[]): fc.Arbitrary<string> {
  const hostOf = (origin = '') => new URL(origin).host;
  const portOf = (origin = '') => new URL(origin).port;
  return patterns.map((pattern) =>
    pattern
      .replaceAll('OTHERPORT', `127.0.0.1:${portOf(others[0])}`)
      .replaceAll(/OTHER(\d)/g, (_, index) => hostOf(others[Number(index)]))
      .replaceAll('OWN', hostOf(own))
      .replaceAll('PORT', portOf(own)),
  );
}
