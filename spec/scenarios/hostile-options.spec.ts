import { expect } from 'chai';
import { ConfigurationError, TokenProvider } from '../../lib/index.js';
import { RedisTokenStore } from '../../lib/redis.js';
import { readTokenServerOptions } from '../../lib/testing/server/token-server-options.js';
import { fakeProvider, startTokenServer, tokenStoreContract } from '../../lib/testing.js';
import { OPTION_NAMES } from '../support/option-names.js';
import { rejection, thrown } from '../support/rejection.js';

const boom = (): never => {
  throw new Error('hush');
};
function revoked<T extends object>(target: T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}
const traps = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'] as const;
const trapped = (target: object) => traps.map((trap) => new Proxy(target, { [trap]: boom }));
const throwing = (name: PropertyKey, target: object = {}) =>
  Object.defineProperty(target, name, { get: boom, enumerable: true });

/** Values that throw when they are looked at, in one way or another; some of them are functions. */
const hostile = (): unknown[] => [
  revoked({}),
  revoked([]),
  revoked(() => undefined),
  revoked(new URL('https://a.example/')),
  ...trapped({ a: 1 }),
  ...trapped(['a']),
  ...trapped(() => undefined),
  throwing(Symbol.toStringTag),
  throwing(Symbol.toPrimitive),
  throwing('length'),
  Object.create(URL.prototype),
  Object.create(AbortSignal.prototype),
  Object.create(null),
  { [Symbol.toPrimitive]: boom, toString: boom, valueOf: boom },
  { [Symbol.toStringTag]: 'Array' },
  Object.defineProperty(new Map([['a', 1]]), Symbol.toStringTag, { value: 'Object' }),
  [throwing('a')],
  new Array(2 ** 32 - 1),
  Symbol('hush'),
  10n ** 30n,
];

const GOOD = { clientId: 'acme', clientSecret: 's3cret', subdomain: 'acme' };
const PLACES = new Set(['subdomain', 'region', 'tokenEndpoint', 'issuer']);

/** It works, or throws a ConfigurationError that tells nothing of what went wrong within. */
function expectConfigurationError(work: () => unknown, option?: RegExp): void {
  let error: unknown;
  try {
    work();
    return;
  } catch (thrownError) {
    error = thrownError;
  }
  expect(error).to.be.instanceOf(ConfigurationError);
  const { message, stack, option: named, cause } = error as ConfigurationError;
  expect(`${message} ${stack}`).to.not.contain('hush');
  expect(cause).to.equal(undefined);
  if (option) expect(named).to.match(option);
}

describe('options that throw when they are looked at', () => {
  for (const option of OPTION_NAMES) {
    it(`are refused as ${option}, by name`, () => {
      for (const odd of hostile()) {
        const options = { ...GOOD, ...(PLACES.has(option) && { subdomain: undefined }), [option]: odd };
        expectConfigurationError(
          () => new TokenProvider(options as never),
          new RegExp(`^${option}|^(refresh|retry) options|^(a|length|toString)$`),
        );
      }
    });

    it(`are refused by name, where a getter for ${option} throws`, () => {
      for (const odd of [throwing(option, { ...GOOD }), throwing(option, Object.create(null))]) {
        const error = thrown<ConfigurationError>(() => new TokenProvider(odd as never));
        expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
        expect(error.message).to.equal(`${option}: cannot be read: it throws when it is looked at.`);
      }
    });
  }

  for (const option of ['refresh', 'retry', 'regions', 'parameters']) {
    it(`are refused within ${option}`, () => {
      const names = [
        'background',
        'aheadMs',
        'fraction',
        'keepWarm',
        'retries',
        'minDelayMs',
        'maxDelayMs',
        'eu',
        'a',
      ];
      for (const name of names) {
        for (const odd of hostile())
          expectConfigurationError(() => new TokenProvider({ ...GOOD, [option]: { [name]: odd } } as never));
        expectConfigurationError(() => new TokenProvider({ ...GOOD, [option]: throwing(name) } as never));
      }
      for (const odd of hostile()) {
        const regions = { eu: { subdomain: odd }, us: { tokenEndpoint: odd } };
        expectConfigurationError(() => new TokenProvider({ ...GOOD, regions } as never), /^regions/);
      }
    });
  }

  it('are refused within dpop, and by authorize()', async () => {
    for (const name of ['key', 'alg']) {
      for (const odd of [...hostile(), throwing(name)])
        expectConfigurationError(() => new TokenProvider({ ...GOOD, dpop: { [name]: odd } } as never));
      const odd = throwing(name);
      expectConfigurationError(
        () => new TokenProvider({ ...GOOD, dpop: odd } as never),
        new RegExp(`^dpop\\.${name}$`),
      );
    }
    const provider = new TokenProvider({
      ...GOOD,
      clientSecret: () => new Promise<never>(() => undefined),
      dpop: true,
    });
    const request = { method: 'GET', url: 'https://api.example/', maxWaitMs: 0 };
    for (const name of ['method', 'url', 'nonce', 'scope', 'maxWaitMs'])
      for (const odd of hostile()) {
        const error = await rejection(provider.authorize({ ...request, [name]: odd } as never));
        // An array or a text of an odd kind may be a scope.
        expect(error).to.have.property('code').that.is.oneOf(['ERR_CONFIGURATION', 'ERR_TOKEN_UNAVAILABLE']);
        expect(`${error.message} ${error.stack}`).to.not.contain('hush');
      }
    for (const odd of [...hostile(), throwing('url', { ...request })])
      expect(await rejection(provider.authorize(odd as never))).to.be.instanceOf(ConfigurationError);
    await provider.close();
  });

  it('are refused as options themselves', () => {
    for (const odd of [...hostile(), ...trapped({ ...GOOD }), revoked({ ...GOOD })])
      expectConfigurationError(() => new TokenProvider(odd as never));
    const good = new TokenProvider(Object.assign(Object.create(null), GOOD));
    expect(good.status().length).to.equal(1);
    return good.close();
  });

  it('are refused by a store', () => {
    const client = { eval: () => undefined, evalsha: () => undefined };
    const keys = { k1: Buffer.alloc(32) };
    for (const odd of hostile()) {
      expectConfigurationError(() => new RedisTokenStore(odd as never));
      expectConfigurationError(() => new RedisTokenStore({ client: odd, keys } as never), /^client$/);
      for (const option of ['keys', 'sealed', 'prefix'])
        expectConfigurationError(
          () => new RedisTokenStore({ client, keys, [option]: odd } as never),
          new RegExp(`^(${option}|keys)`),
        );
      expectConfigurationError(() => new RedisTokenStore({ client, keys: { k1: odd } } as never), /^keys/);
    }
    for (const name of ['client', 'keys', 'sealed', 'prefix'])
      expectConfigurationError(
        () => new RedisTokenStore(throwing(name, { client, keys }) as never),
        new RegExp(`^${name}$`),
      );
    for (const name of ['eval', 'evalsha', 'evalSha'])
      expectConfigurationError(
        () => new RedisTokenStore({ client: throwing(name), keys } as never),
        /^client$/,
      );
    expectConfigurationError(() => new RedisTokenStore({ client, keys: throwing('k1') } as never), /^keys/);
    expectConfigurationError(
      () => new RedisTokenStore({ client, keys: { k1: new Proxy(keys.k1, {}) } } as never),
      /^keys/,
    );
  });

  it('are refused by calls, which reject and never throw', async () => {
    const provider = new TokenProvider({ ...GOOD, clientSecret: () => new Promise<never>(() => undefined) });
    const handle = provider.forClient({});
    const names = ['clientId', 'region', 'scope', 'resource', 'signal', 'maxWaitMs', 'minValidityMs'];
    const calls = [
      ...hostile(),
      ...names.flatMap((name) => [
        throwing(name),
        ...hostile().map((odd) => ({ maxWaitMs: 0, [name]: odd })),
      ]),
    ];
    for (const odd of calls) {
      const options = odd as never;
      expectConfigurationError(() => provider.forClient(options));
      expectConfigurationError(() => provider.peek(options));
      if (isLikeNone(odd)) continue;
      await expectNoOtherError(provider.getToken(options));
      await expectNoOtherError(handle.getToken(options));
    }
    for (const odd of hostile()) expectConfigurationError(() => provider.invalidate(odd as never), /^token$/);
    for (const odd of hostile()) {
      expectConfigurationError(() => provider.on(odd as never, () => undefined), /^event$/);
      if (typeof odd !== 'function')
        expectConfigurationError(() => provider.on('refresh', odd as never), /^listener$/);
    }
    await provider.close();
  });

  /** Those which are good wait for a token in vain. */
  const expectNoOtherError = async (call: Promise<unknown>): Promise<void> => {
    const error = await rejection(call);
    if ('retryAt' in error) return;
    expectConfigurationError(() => {
      throw error;
    });
  };

  /** Whether it says nothing, so that a call would wait. */
  const isLikeNone = (odd: unknown): boolean => {
    try {
      return typeof odd === 'object' && Object.keys(odd ?? {}).length === 0;
    } catch {
      return false;
    }
  };

  it('are refused by a fake provider, and by its calls', async () => {
    const fake = fakeProvider();
    for (const odd of hostile() as never[]) {
      for (const work of [
        () => fakeProvider(odd),
        () => fake.set(odd),
        () => fake.set({}, odd),
        () => fake.fail(odd),
        () => fake.expire(odd),
        () => fake.emit(odd),
        () => tokenStoreContract(() => undefined as never, odd),
        ...['expiresInMs', 'scope', 'tokenType', 'clientId'].map(
          (name) => () => fakeProvider({ [name]: odd }),
        ),
      ])
        expectConfigurationError(work);
      for (const call of [fake.getToken(odd), fake.refresh(odd)]) {
        const [{ reason }] = (await Promise.allSettled([call])) as [{ reason?: unknown }];
        if (reason) expect(reason).to.be.instanceOf(ConfigurationError);
      }
    }
  });

  it('are refused by a server for tests', async () => {
    await using server = await startTokenServer({ alg: 'ES256' });
    for (const odd of hostile() as never[]) {
      expectConfigurationError(() => server.fail(odd));
      expectConfigurationError(() => server.fail('hang', odd));
      expectConfigurationError(() => server.fail({ status: 503, retryAfter: odd }), /^retryAfter$/);
      expectConfigurationError(() => server.addClient(odd));
      for (const name of [
        'clientId',
        'clientSecret',
        'authentication',
        'lifetimeMs',
        'audience',
        'alg',
        'port',
      ])
        expectConfigurationError(() => readTokenServerOptions({ [name]: odd }), new RegExp(`^${name}$`));
    }
  });
});
