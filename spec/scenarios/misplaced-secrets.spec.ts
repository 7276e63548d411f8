import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError, TokenProvider } from '../../lib/index.js';
import { RedisTokenStore } from '../../lib/redis.js';
import { OPTION_NAMES } from '../support/option-names.js';
import { rejection } from '../support/rejection.js';

/** None of these stands in a message by chance, or could be the name of an option: short words are repeated there. */
const anySecret = fc.oneof(
  fc.stringMatching(/^[~^|]{1,7}$/),
  fc.stringMatching(/^[0-9a-f]{32}$|^[0-9a-f]{64}$/),
  fc.stringMatching(/^[A-Za-z0-9]{15,200}$/),
  fc.stringMatching(/^[a-z]{15,40}$/),
  fc.stringMatching(/^[A-Za-z0-9.:/@-]{15,200}$/),
  fc.stringMatching(/^[!-~]{15,200}$/),
  fc.stringMatching(/^[!-~][ -~]{15,40}[\n]$/),
);

const OPTIONS = OPTION_NAMES.filter((name) => name !== 'clientSecret');

/** Parameters can be of any name, and servers have any words for bearer tokens. */
const OF_ANY_TEXT = ['an object as parameters', 'tokenType', 'a list as tokenType'];

type Place = (secret: string) => object;

/** The secret in the place of a value, in a list, in an object, in an address, and as a name. */
const places: [string, Place][] = [
  ...OPTIONS.flatMap((option): [string, Place][] => [
    [option, (secret) => ({ [option]: secret })],
    [`a list as ${option}`, (secret) => ({ [option]: [secret] })],
    [`an object as ${option}`, (secret) => ({ [option]: { [secret]: secret } })],
    [`bytes as ${option}`, (secret) => ({ [option]: Buffer.from(secret) })],
  ]),
  ['the name of an option', (secret) => ({ [secret]: 1 })],
  ['the name of a refresh option', (secret) => ({ refresh: { [secret]: 1 } })],
  ['the name of a parameter', (secret) => ({ parameters: { [secret]: 1 } })],
  ['the name of a region', (secret) => ({ regions: { [secret]: {} } })],
  [
    'the name of a region that is good',
    (secret) => ({ regions: { [secret]: { subdomain: 'a' } }, region: 'x' }),
  ],
  ['the name within a region', (secret) => ({ regions: { eu: { [secret]: 1 } } })],
  ...['background', 'aheadMs', 'fraction', 'keepWarm'].map((name): [string, Place] => [
    `refresh.${name}`,
    (secret) => ({ refresh: { [name]: secret } }),
  ]),
  ...['retries', 'minDelayMs', 'maxDelayMs'].map((name): [string, Place] => [
    `retry.${name}`,
    (secret) => ({ retry: { [name]: secret } }),
  ]),
  ...['subdomain', 'tokenEndpoint', 'region'].map((name): [string, Place] => [
    `regions.eu.${name}`,
    (secret) => ({ regions: { eu: { [name]: secret } } }),
  ]),
  ['dpop.key', (secret) => ({ dpop: { key: secret } })],
  ['a JWK as dpop.key', (secret) => ({ dpop: { key: { kty: 'EC', crv: secret, d: secret } } })],
  ['dpop.alg', (secret) => ({ dpop: { alg: secret } })],
  ['a region', (secret) => ({ regions: { eu: secret } })],
  ['a plain address', (secret) => ({ tokenEndpoint: `http://as.example/${encodeURIComponent(secret)}` })],
  [
    'the user of an address',
    (secret) => ({ tokenEndpoint: `https://${encodeURIComponent(secret)}@as.example/` }),
  ],
  [
    'the fragment of an address',
    (secret) => ({ tokenEndpoint: `https://as.example/#${encodeURIComponent(secret)}` }),
  ],
  [
    'an address of the administration API',
    (secret) => ({ tokenEndpoint: `https://as.example/auth/oauth2/${encodeURIComponent(secret)}` }),
  ],
  ['a part of the subdomain', (secret) => ({ subdomain: `acme.${secret}` })],
  ['a part of the region', (secret) => ({ region: `eu ${secret}`, subdomain: undefined })],
];

/** What stands as `clientSecret` beside it. */
const secrets: Readonly<Record<string, (secret: string) => object>> = {
  'the secret as clientSecret, too': (secret) => ({ clientSecret: secret }),
  'a function as clientSecret': (secret) => ({ clientSecret: () => secret }),
  'no clientSecret': () => ({}),
  'an empty clientSecret': () => ({ clientSecret: '' }),
};

/** All that can be printed of an error. */
function printed(error: Error): string {
  const { message, stack } = error;
  return [
    message,
    stack,
    inspect(error, { depth: null, showHidden: true }),
    JSON.stringify(error),
    String(error),
  ].join('\n');
}

function expectSecrecy(error: unknown, secret: string): void {
  expect(error).to.be.instanceOf(ConfigurationError);
  const shown = printed(error as Error);
  for (const form of [
    secret,
    secret.trim(),
    secret.toLowerCase(),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ])
    expect(shown).to.not.contain(form);
}

/** What it throws, if it does. */
function errorOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('a secret in the wrong place', () => {
  for (const [beside, secretOption] of Object.entries(secrets)) {
    it(`is not repeated, whatever its length, wherever it stands, with ${beside}`, () => {
      fc.assert(
        fc.property(anySecret, fc.constantFrom(...places), (secret, [, place]) => {
          const options = { clientId: 'acme', subdomain: 'acme', ...secretOption(secret), ...place(secret) };
          const error = errorOf(() => new TokenProvider(options as never));
          if (error !== undefined) expectSecrecy(error, secret);
        }),
        { numRuns: 3_000 },
      );
    });
  }

  for (const [where, place] of places) {
    it(`is no more than described as ${where}`, () => {
      const secret = '~^|s3cret|^~\n';
      for (const secretOption of Object.values(secrets)) {
        const options = { clientId: 'acme', subdomain: 'acme', ...secretOption(secret), ...place(secret) };
        const error = errorOf(() => new TokenProvider(options as never));
        if (error === undefined && OF_ANY_TEXT.includes(where)) continue;
        expectSecrecy(error, secret);
        expect((error as Error).message).to.not.contain('s3cret');
      }
    });
  }

  it('is not repeated by a store', () => {
    const client = { eval: () => undefined, evalsha: () => undefined };
    const inStores: Place[] = [
      (secret) => ({ client: secret, keys: { k1: Buffer.alloc(32) } }),
      (secret) => ({ client, keys: secret }),
      (secret) => ({ client, keys: { k1: secret } }),
      (secret) => ({ client, keys: { [secret]: 'k1' } }),
      (secret) => ({ client, keys: { k1: Buffer.alloc(32) }, prefix: `{${secret}` }),
      (secret) => ({ client, keys: { k1: Buffer.alloc(32) }, sealed: secret }),
      (secret) => ({ client, keys: { k1: Buffer.alloc(32) }, [secret]: 1 }),
      (secret) => secret as never,
    ];
    fc.assert(
      fc.property(anySecret, fc.constantFrom(...inStores), (secret, place) => {
        const error = errorOf(() => new RedisTokenStore(place(secret) as never));
        if (error !== undefined) expectSecrecy(error, secret);
      }),
    );
  });

  it('is not repeated by calls', async () => {
    const provider = new TokenProvider({
      clientId: 'acme',
      clientSecret: () => new Promise<never>(() => undefined),
      subdomain: 'acme',
      regions: { eu: { subdomain: 'acme-eu' } },
    });
    const inCalls: Place[] = [
      (secret) => ({ clientId: secret }),
      (secret) => ({ region: secret }),
      (secret) => ({ scope: [secret, 5] }),
      (secret) => ({ scope: `"${secret}` }),
      (secret) => ({ resource: ` ${secret}` }),
      (secret) => ({ maxWaitMs: secret }),
      (secret) => ({ minValidityMs: secret }),
      (secret) => ({ signal: secret }),
      (secret) => ({ [secret]: 1 }),
      (secret) => secret as never,
    ];
    await fc.assert(
      fc.asyncProperty(anySecret, fc.constantFrom(...inCalls), async (secret, place) => {
        const options = place(secret) as never;
        expectSecrecy(await rejection(provider.getToken(options)), secret);
        const request = { method: 'GET', url: 'https://api.example/' };
        const given = typeof options === 'string' ? options : { ...request, ...(options as object) };
        expectSecrecy(await rejection(provider.authorize(given as never)), secret);
        for (const call of [() => provider.forClient(options), () => provider.peek(options)]) {
          const error = errorOf(call);
          if (error !== undefined) expectSecrecy(error, secret);
        }
      }),
    );
    expectSecrecy(
      errorOf(() => provider.on('~^|s3cret' as never, () => undefined)),
      '~^|s3cret',
    );
    await provider.close();
  });

  it('is not repeated when resolveClient gives it', async () => {
    await fc.assert(
      fc.asyncProperty(anySecret, fc.constantFrom(...places), async (secret, [, place]) => {
        const settings = { clientSecret: secret, ...place(secret) };
        const provider = new TokenProvider({ subdomain: 'acme', resolveClient: () => settings as never });
        const failure = await provider.getToken({ clientId: 'acme', maxWaitMs: 0 }).catch((error) => error);
        await provider.close();
        if (failure instanceof ConfigurationError) expectSecrecy(failure, secret);
        else expect(printed(failure)).to.not.contain(secret);
      }),
    );
  });
});
