import { expect } from 'chai';
import fc from 'fast-check';
import { Origins, readOrigins } from '../../lib/attach/origins.js';
import { ConfigurationError } from '../../lib/ground/errors.js';

describe('Origins', () => {
  const origins = new Origins(['https://api.example', 'http://127.0.0.1:8080']);
  for (const [address, expected] of [
    ['https://api.example', true],
    ['https://api.example:443/x?y#z', true],
    ['HTTPS://API.example/x', true],
    ['http://127.0.0.1:8080/', true],
    ['http://127.1:8080/', true],
    ['http://api.example', false],
    ['https://api.example:8443', false],
    ['https://api.example.evil', false],
    ['https://evil/api.example', false],
    ['https://api.example@evil', false],
    ['https://user@api.example', false],
    ['https://:pass@api.example', false],
    ['//api.example', false],
    ['/path', false],
    ['', false],
    ['null', false],
    ['data:,x', false],
  ] as const) {
    it(`${expected ? 'have' : 'have not'} ${address || 'nothing'}`, () => {
      expect(origins.hasAddress(address)).to.equal(expected);
    });
  }

  it('have an address just where they have what it is parsed to', () => {
    const parts = [
      'https://api.example',
      'http://127.0.0.1',
      ':8080',
      ':443',
      '/',
      '\\',
      '?',
      '#',
      '@',
      'a',
      '\t',
      '.',
      '%2f',
    ];
    const addresses = fc.array(fc.constantFrom(...parts), { maxLength: 5 }).map((some) => some.join(''));
    fc.assert(
      fc.property(addresses, (address) => {
        const isThere = URL.canParse(address) && origins.has(new URL(address));
        expect(origins.hasAddress(address)).to.equal(isThere);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('readOrigins()', () => {
  it('takes one or several, as text or URL', () => {
    for (const given of [
      'https://api.example',
      new URL('https://api.example'),
      ['https://API.example:443/', 'http://[::1]:80'],
    ])
      expect(readOrigins(given).hasAddress('https://api.example/x')).to.equal(true);
  });

  it('lists them', () => {
    expect(readOrigins(['https://API.example:443/', 'http://[::1]:80']).list).to.deep.equal([
      'https://api.example',
      'http://[::1]',
    ]);
  });

  it('takes plain http anywhere where it is told to, but nothing else', () => {
    expect(readOrigins('http://api.example', undefined, true).hasAddress('http://api.example/x')).to.equal(
      true,
    );
    expect(readOrigins(undefined, 'http://api.example/v1', true).list).to.deep.equal(['http://api.example']);
    for (const origin of ['ftp://api.example', 'ws://api.example'])
      expect(() => readOrigins(origin, undefined, true)).to.throw(ConfigurationError);
  });

  it('takes that of the baseURL where none is given, and only then', () => {
    expect(readOrigins(undefined, 'https://api.example/v1').hasAddress('https://api.example/v2')).to.equal(
      true,
    );
    expect(readOrigins('https://a.example', 'https://b.example').hasAddress('https://b.example')).to.equal(
      false,
    );
  });

  for (const [origins, baseURL, message] of [
    [undefined, undefined, /^origins: is missing\. Name where/],
    [undefined, '', /^origins: is missing\. Name where/],
    [undefined, '/api', /the baseURL is no absolute URL\. Name the origins, or give an absolute baseURL\.$/],
    [undefined, 5, /^origins: is missing, and the baseURL is no absolute URL/],
    [undefined, ['https://api.example'], /^origins: is missing, and the baseURL is no absolute URL/],
    [undefined, 'ftp://127.0.0.1', /^baseURL: must be https .*'ftp:\/\/127\.0\.0\.1'\.$/],
    [undefined, 'data:,', /^baseURL: must be https \(http for loopback alone\); got [^']*\.$/],
    [[['https://api.example']], undefined, /^origins: must be like /],
    [undefined, 'http://api.example', /^baseURL: must be https/],
    [[], undefined, /^origins: must name at least one/],
    ['*', undefined, /^origins: must be like 'https:\/\/api\.example\.com'; got a string of 1 character\.$/],
    [[5], undefined, /^origins: must be like .*got 5\.$/],
    [null, undefined, /^origins: must be like .*got null\.$/],
    [
      'https://api.example/v1',
      undefined,
      /^origins: must be origins alone.*Leave it at 'https:\/\/api\.example'\.$/,
    ],
    ['https://api.example/?', undefined, /^origins: must be origins alone/],
    ['https://secret@api.example', undefined, /^origins: must be origins alone(?!.*secret)/],
    [
      'http://api.example',
      undefined,
      /^origins: must be https .*'http:\/\/api\.example'\. Where .* allowHttp: true\.$/,
    ],
    ['http://localhost.example', undefined, /^origins: must be https/],
    ['ftp://api.example', undefined, /^origins: must be (https|origins)/],
    ['data:,', undefined, /^origins: must be origins alone: no path, no query, no user\.$/],
  ] as const) {
    it(`refuses ${JSON.stringify(origins)} with a baseURL ${baseURL}`, () => {
      expect(() => readOrigins(origins, baseURL)).to.throw(ConfigurationError, message);
    });
  }
});
