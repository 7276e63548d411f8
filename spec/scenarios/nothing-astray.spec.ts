import { Readable } from 'node:stream';
import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseUrl } from '../../lib/ground/url.js';
import { attachToken } from '../../lib/index.js';
import { addressesAround } from '../support/addresses.js';
import { addressChanges, getterChanges, type Mutation, mutationsBy } from '../support/axios-mutations.js';
import { type Arrival, answerOf, MemoryNet } from '../support/memory-net.js';
import { nameOf, provedBy, recognisableProver } from '../support/recognisable-tokens.js';
import { muteTokenWarnings } from '../support/warnings.js';

const TOKEN = 'the-token-itself';
const ALLOWED = ['https://api.example', 'http://127.0.0.1:8080', 'https://api.example:8443'];
const OTHERS = [
  'https://evil.example',
  'http://127.0.0.1:9090',
  'https://sub.api.example',
  'http://api.example',
];

/** When something is changed: at every moment in which code of somebody else's runs, or may run, during one call. */
const MOMENTS = [
  'in the target function',
  'while the target is waited for',
  'in getToken()',
  'while the token is waited for',
  'while params are written',
  'while the length of a form is asked for',
  'while a listener is added',
  'while the answer is on its way',
  'in the hook for redirects',
  'when the token is rejected',
] as const;
type Moment = (typeof MOMENTS)[number] | 'in an interceptor';

/** What a request, or the attachment that it goes through, is like. */
const PARTS = ['waits', 'params', 'form', 'token', 'hook', 'evil hook', 'proxy', 'renewed', 'new'] as const;
const OPTIONS = ['target', 'X-Token', 'DPoP', 'allowHttp'] as const;

interface Case {
  readonly url: string;
  readonly baseURL: string | undefined;
  readonly config: AxiosRequestConfig;
  readonly parts: readonly (typeof PARTS)[number][];
  readonly options: readonly (typeof OPTIONS)[number][];
  readonly changes: readonly (readonly [Moment, Mutation])[];
  readonly answers: readonly (readonly [number, string])[];
}

describe('no token goes astray: axios', function () {
  muteTokenWarnings();
  this.timeout(300_000);
  const net = new MemoryNet();
  const own = net.agents('own');
  const stolen: string[] = [];
  const trap = {
    agents: net.agents('evil'),
    caught: (what: unknown) => stolen.push(JSON.stringify(what)),
  };

  const addresses = fc.oneof(
    ...ALLOWED.map((origin) => addressesAround(origin, OTHERS)),
    fc.constantFrom('', '/', 'x', '/x?y=1', ...ALLOWED.map((origin) => `${origin}/x`), ...OTHERS),
    fc.constantFrom('/x', 'x', `${ALLOWED[0]}/x`),
  );
  const changes = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constantFrom(...MOMENTS), mutationsBy(trap, addresses)) },
    // Whoever gives the token could send it elsewhere without such tricks.
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...MOMENTS.filter(isNotOfSource)), getterChanges(trap)),
    },
    // What else an interceptor changes is the caller's own setting.
    { weight: 1, arbitrary: fc.tuple(fc.constant('in an interceptor' as const), addressChanges(addresses)) },
  );
  // Mostly few: what is plain goes another way than what is not.
  const someOf = <Item>(items: readonly Item[]) =>
    fc.oneof(fc.constant([]), fc.constantFrom(...items.map((item) => [item])), fc.subarray([...items]));
  const cases: fc.Arbitrary<Case> = fc.record({
    url: addresses,
    baseURL: fc.option(fc.oneof(fc.constantFrom(...ALLOWED), addresses), { nil: undefined, freq: 2 }),
    config: fc.constantFrom({}, {}, { allowAbsoluteUrls: false }, { method: 'post' }, { timeout: 500 }),
    parts: someOf(PARTS),
    options: someOf(OPTIONS),
    changes: fc.array(changes, { maxLength: 3 }),
    answers: fc.array(fc.tuple(fc.constantFrom(200, 401, 401, 302, 307), addresses), {
      minLength: 1,
      maxLength: 4,
    }),
  });

  let current: Case | undefined;
  let held: Parameters<Mutation>[0] | undefined;
  const at = (moment: Moment): void => {
    for (const [when, change] of current?.changes ?? []) {
      try {
        if (held && when === moment) change(held);
      } catch {
        // A frozen config cannot be changed any more.
      }
    }
  };
  const has = (part: (typeof PARTS)[number]) => current?.parts.includes(part) ?? false;
  let renewals = 0;
  const settled = Promise.resolve(TOKEN);
  const getToken = (): Promise<string> => {
    at('in getToken()');
    return has('waits') || renewals > 0 ? waitForToken() : settled;
  };
  async function waitForToken(): Promise<string> {
    await new Promise(setImmediate);
    at('while the token is waited for');
    return `${TOKEN}-${renewals}`;
  }
  const handle = { getToken, peek: () => (has('waits') ? undefined : {}) };
  const invalidate = (): void => {
    at('when the token is rejected');
    if (has('renewed')) renewals += 1;
  };
  const source = { ...handle, forClient: () => handle, invalidate };
  const target = async () => {
    at('in the target function');
    await new Promise(setImmediate);
    at('while the target is waited for');
    return {};
  };

  const make = (options: Case['options']): AxiosInstance => {
    const instance = axios.create(own);
    instance.interceptors.request.use((config) => {
      held = config as never;
      at('in an interceptor');
      return config;
    });
    const allowHttp = options.includes('allowHttp');
    const isBound = options.includes('DPoP');
    attachToken(instance, isBound ? { ...source, prover: recognisableProver } : source, {
      origins: allowHttp ? [...ALLOWED, 'http://api.example'] : ALLOWED,
      allowHttp,
      ...(options.includes('target') && { target }),
      ...(options.includes('X-Token') && !isBound && { header: 'X-Token' }),
    });
    return instance;
  };
  const instances = new Map<string, AxiosInstance>();
  const instanceFor = ({ options, parts }: Case): AxiosInstance => {
    const key = options.join();
    const instance = (!parts.includes('new') && instances.get(key)) || make(options);
    instances.set(key, instance);
    return instance;
  };

  const partsOf = (): AxiosRequestConfig => ({
    ...(has('params') && {
      params: { a: 1, b: { toJSON: () => 'b', toString: () => at('while params are written') } },
    }),
    ...(has('form') && { data: formBy(at), method: 'post' }),
    ...(has('token') && { cancelToken: tokenBy(at) }),
    ...(has('hook') && { beforeRedirect: () => at('in the hook for redirects') }),
    ...(has('evil hook') && {
      beforeRedirect: (next) => void Object.assign(next, { hostname: 'evil.example', host: 'evil.example' }),
    }),
    proxy: has('proxy') && { protocol: 'http', host: '127.0.0.1', port: 9 },
  });

  async function run(one: Case): Promise<void> {
    net.arrivals.length = 0;
    stolen.length = 0;
    renewals = 0;
    held = undefined;
    current = one;
    const { url, baseURL, config, answers } = one;
    net.answer = () => {
      at('while the answer is on its way');
      const [status, address] = answers[(net.arrivals.length - 1) % answers.length] ?? [200, ''];
      // By way of a proxy, plain axios goes on from such an address, and Node.js ends the process over it (nodejs/node#61753).
      const location = address.replace(/[^!-~]/g, '').replace(/^javascript:/, 'file:');
      return answerOf(status, { Location: location || '/' });
    };
    const request = { url, ...(baseURL !== undefined && { baseURL }), ...config, ...partsOf() };
    await instanceFor(one)
      .request(request)
      .catch(() => undefined);
  }

  /** Plain http elsewhere than on this machine is what the caller asked for, with or without a proxy. */
  const isAllowed = ({ place, bytes }: Arrival, { options }: Case) => {
    if (ALLOWED.includes(place)) return true;
    if (!options.includes('allowHttp')) return false;
    // A proxy is told the whole address, with the name and password that a redirect may have put into it.
    const [, address = ''] = bytes.split(' ', 2);
    const isByProxy = place === 'http://127.0.0.1:9' && parseUrl(address)?.origin === 'http://api.example';
    return place === 'http://api.example' || isByProxy;
  };

  it('25,000 requests, changed at every moment by whoever can', async () => {
    let arrived = 0;
    const property = async (one: Case) => {
      await run(one);
      const carried = net.arrivals.filter(({ bytes }) => bytes.includes(TOKEN));
      const astray = carried.filter((arrival) => arrival.by !== 'own' || !isAllowed(arrival, one));
      expect(astray).to.deep.equal([]);
      for (const { bytes, place } of carried) {
        const [, proof] = /^dpop: (.*)$/im.exec(bytes) ?? [];
        const [method = '', target = ''] = bytes.split(' ', 2);
        if (proof) expect(provedBy(proof)).to.equal(nameOf(method, target, place));
      }
      expect(stolen.filter((text) => text.includes(TOKEN))).to.deep.equal([]);
      arrived += carried.length;
    };
    await fc.assert(fc.asyncProperty(cases, property), { numRuns: 25_000 });
    expect(arrived).to.be.above(5_000);
  });
});

function isNotOfSource(moment: Moment): boolean {
  return moment !== 'in getToken()';
}

/** As the package form-data makes it, whose length axios waits for. */
function formBy(at: (moment: Moment) => void): object {
  const getLength = (done: (error: null, length: number) => void): void => {
    at('while the length of a form is asked for');
    setImmediate(() => {
      at('while the length of a form is asked for');
      done(null, 3);
    });
  };
  return Object.assign(Readable.from([Buffer.from('a=1')]), {
    append: () => undefined,
    getHeaders: () => ({}),
    getLength,
    toString: () => '[object FormData]',
  });
}

/** A cancel token that is axios's own, but for what it does when somebody listens. */
function tokenBy(at: (moment: Moment) => void): AxiosRequestConfig['cancelToken'] {
  const { token } = axios.CancelToken.source();
  const { subscribe } = Object.getPrototypeOf(token);
  return Object.assign(token, {
    subscribe: (listener: () => void) => {
      at('while a listener is added');
      subscribe.call(token, listener);
    },
  });
}
