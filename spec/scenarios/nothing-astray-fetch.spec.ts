import { expect } from 'chai';
import fc from 'fast-check';
import nodeFetch3, { Request as NodeRequest3 } from 'node-fetch';
import nodeFetch2 from 'node-fetch-2';
import { Request as UndiciRequest, fetch as undiciFetch } from 'undici';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { fillIn, oddAddresses } from '../support/addresses.js';
import { ApiServer } from '../support/api-server.js';
import {
  holdsToken,
  isOfLoopback,
  nameOf,
  provedBy,
  recognisableTokens,
} from '../support/recognisable-tokens.js';

import { warningsOf } from '../support/warnings.js';

type Fetch = typeof globalThis.fetch;

/** At once, so that a failure is found among a few. */
const BATCH = 50;
const BATCHES = 500;

const fetches: Readonly<Record<string, unknown>> = {
  global: undefined,
  wrapped: (...args: Parameters<Fetch>) => fetch(...args),
  undici: undiciFetch,
  'node-fetch 2': nodeFetch2,
  'node-fetch 3': nodeFetch3,
};

/** What is given, and how all of it that can be changed leads elsewhere. */
interface Given {
  readonly input: unknown;
  readonly change: () => void;
}

const unchanging = (input: unknown): Given => ({ input, change: () => undefined });
const lying = <Target extends object>(target: Target, lies: Record<string, unknown>): Target =>
  new Proxy(target, {
    get: (_, name) => (name in lies ? lies[String(name)] : Reflect.get(target, name, target)),
  });

const INPUTS: Readonly<Record<string, (address: string, evil: string) => Given>> = {
  text: unchanging,
  URL: (address, evil) => {
    const input = new URL(address);
    return {
      input,
      change: () => Object.assign(input, { href: evil, toString: () => evil, url: evil }),
    };
  },
  object: (address, evil) => {
    let now = address;
    return {
      input: { toString: () => now, url: evil },
      change: () => {
        now = evil;
      },
    };
  },
  'read once': (address, evil) => {
    const texts = [address];
    return unchanging({ toString: () => texts.shift() ?? evil, href: evil, url: address });
  },
  imitation: (address, evil) =>
    unchanging({ url: address, href: evil, method: 'GET', headers: {}, toString: () => evil }),
  'imitation by its text': (address, evil) => {
    const input = { url: address, method: 'GET', headers: {}, [Symbol.toStringTag]: 'Request' };
    return { input, change: () => Object.assign(input, { url: evil }) };
  },
  Request: (address, evil) => {
    const input = new Request(address);
    return { input, change: () => Object.defineProperty(input, 'url', { value: evil, configurable: true }) };
  },
  'lying Request': (address, evil) => unchanging(lying(new Request(evil), { url: address })),
  'lied of': (address, evil) => unchanging(lying(new Request(address), { url: evil })),
  'of undici': (address, evil) => {
    const input = new UndiciRequest(address);
    return { input, change: () => Object.defineProperty(input, 'url', { value: evil, configurable: true }) };
  },
  'lying, of undici': (address, evil) => unchanging(lying(new UndiciRequest(evil), { url: address })),
  'lying, of node-fetch': (address, evil) =>
    unchanging(lying(new NodeRequest3(evil), { url: address, href: evil })),
};

interface Case {
  readonly address: string;
  readonly location: string;
  readonly status: number;
  readonly input: string;
  readonly headers: string;
  readonly fetch: string;
  readonly header: string;
  readonly hasTarget: boolean;
  readonly inherits: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  address: oddAddresses,
  location: oddAddresses,
  status: fc.constantFrom(200, 200, 401, 302, 307),
  input: fc.constantFrom(...Object.keys(INPUTS)),
  headers: fc.constantFrom('none', 'record', 'pairs', 'Headers', 'Map'),
  fetch: fc.constantFrom('global', ...Object.keys(fetches)),
  header: fc.constantFrom('Authorization', 'X-Token', 'DPoP'),
  hasTarget: fc.boolean(),
  inherits: fc.boolean(),
});

describe('no token of an authorized fetch goes astray', function () {
  this.timeout(90_000);
  let own: ApiServer;
  let others: ApiServer[];
  before(async () => {
    const starts = ['127.0.0.1', '127.0.0.1', '::1', '127.0.0.2'].map(ApiServer.start);
    [own, ...others] = (await Promise.all(starts)) as [ApiServer, ...ApiServer[]];
    own.answer = ({ headers }, response) => {
      const status = Number(headers['x-status'] ?? 200);
      const isSecond = JSON.stringify(headers).includes('the-second-token');
      const location = String(headers['x-location'] ?? '/');
      if (status === 401 && !isSecond) response.writeHead(401).end('no');
      else if (status > 300 && status < 400 && isEarly(headers['x-id']))
        response.writeHead(status, { Location: location }).end();
      else response.end('yes');
    };
  });
  after(() => Promise.all([own, ...others].map((server) => server.stop())));

  /** A redirect may lead to the next one, but not for ever. */
  const counts = new Map<unknown, number>();
  const isEarly = (id: unknown) => {
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    return count < 3;
  };
  let ids = 0;

  /** Everything that the caller still holds is changed, again and again. */
  const send = async ({ address, location, status, input, headers, ...how }: Case) => {
    const evil = `${others[0]?.origin}/evil`;
    const url = fillIn(address, own, others);
    const goal = fillIn(location, own, others);
    if (![url, goal].every((one) => isOfLoopback(one, own.origin))) return;
    // Where it follows a redirect to an address with credentials, it throws where nobody can catch that.
    if (how.fetch === 'node-fetch 3' && goal.includes('@')) return;
    const record: Record<string, string> = {
      'x-id': String(ids++),
      'x-status': String(status),
      'x-location': encodeURI(goal),
    };
    const given = INPUTS[input]?.(url, evil);
    const members: Record<string, unknown> = { method: 'GET' };
    const pairs = Object.entries(record);
    const list = new Headers(record);
    const map = new Map(pairs);
    if (headers !== 'none') members.headers = { record, pairs, Headers: list, Map: map }[headers];
    const init = how.inherits ? Object.create(members) : members;
    const allowed = [own.origin];
    const options = { origins: allowed };
    const change = () => {
      given?.change();
      Object.assign(record, { host: 'evil', 'x-location': evil });
      for (const pair of pairs) pair[1] = evil;
      list.set('x-location', evil);
      map.set('x-location', evil);
      Object.assign(members, { method: 'POST', redirect: 'follow', url: evil, href: evil });
      Object.assign(init, { redirect: 'follow', headers: { host: 'evil' } });
      allowed.push(...others.map(({ origin }) => origin));
      Object.assign(options, { origins: evil });
    };
    const target = async (request: Request) => {
      change();
      request.headers.set('host', 'evil');
      await new Promise(setImmediate);
      change();
      return {};
    };
    const isRejected = (answer: { status: number }) => {
      change();
      return answer.status === 401;
    };
    const isBound = how.header === 'DPoP';
    const authorized = createAuthorizedFetch(recognisableTokens(change, isBound), {
      ...options,
      ...(!isBound && { header: how.header }),
      isRejected,
      ...(how.hasTarget && { target }),
      fetch: fetches[how.fetch] as Fetch,
    });
    const sent = authorized(given?.input as string, init);
    change();
    const response = await sent;
    await response.text();
  };

  it('with inputs, members, headers and redirects of all kinds, all changed at each await', async () => {
    let [arrived, calls] = [0, 0];
    const check = async (batch: readonly Case[]) => {
      for (const server of [own, ...others]) server.seen.length = 0;
      await Promise.all(batch.map((one) => send(one).catch(() => undefined)));
      expect(others.flatMap(({ seen }) => seen.filter(holdsToken))).to.deep.equal([]);
      // By the address that was allowed, and not by another name of the same host.
      const carried = own.seen.filter(holdsToken);
      for (const { headers } of carried) expect(`http://${headers.host}`).to.equal(own.origin);
      for (const { headers, method, url } of carried.filter(({ headers: { dpop } }) => dpop))
        expect(provedBy(headers.dpop)).to.equal(nameOf(method, url, own.origin));
      arrived += carried.length;
      calls += batch.length;
    };
    const batches = fc.array(cases, { minLength: BATCH, maxLength: BATCH });
    await warningsOf(() => fc.assert(fc.asyncProperty(batches, check), { numRuns: BATCHES }));
    expect(calls).to.be.at.least(25_000);
    expect(arrived).to.be.above(4_000);
  });
});
