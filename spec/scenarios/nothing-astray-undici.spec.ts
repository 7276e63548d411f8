import { expect } from 'chai';
import fc from 'fast-check';
import { Agent, type Dispatcher, interceptors } from 'undici';
import { tokenInterceptor } from '../../lib/undici.js';
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

/** At once, so that a failure is found among a few. */
const BATCH = 50;
const BATCHES = 500;

interface Case {
  readonly address: string;
  readonly location: string;
  readonly status: number;
  readonly origin: string;
  readonly options: string;
  readonly headers: string;
  readonly path: string;
  readonly header: string;
  readonly around: string;
  readonly hasTarget: boolean;
}

const cases: fc.Arbitrary<Case> = fc.record({
  address: oddAddresses,
  location: oddAddresses,
  status: fc.constantFrom(200, 200, 401, 302, 307),
  origin: fc.constantFrom('text', 'text', 'URL', 'URL with a lie', 'getter', 'late'),
  options: fc.constantFrom('plain', 'inherited', 'class'),
  headers: fc.constantFrom('record', 'lists', 'flat', 'Headers', 'Map'),
  path: fc.constantFrom('/x', '/x?y', '//OTHER0/x', 'http://OTHER0/x', '/\\OTHER0'),
  header: fc.constantFrom('Authorization', 'X-Token', 'DPoP'),
  around: fc.constantFrom('none', 'redirect', 'retry', 'changing'),
  hasTarget: fc.boolean(),
});

describe('no token of an undici interceptor goes astray', function () {
  this.timeout(90_000);
  let own: ApiServer;
  let others: ApiServer[];
  let agent: Agent;
  const counts = new Map<unknown, number>();
  let ids = 0;
  before(async () => {
    const starts = ['127.0.0.1', '127.0.0.1', '::1', '127.0.0.2'].map(ApiServer.start);
    [own, ...others] = (await Promise.all(starts)) as [ApiServer, ...ApiServer[]];
    agent = new Agent();
    own.answer = ({ headers }, response) => {
      const count = (counts.get(headers['x-id']) ?? 0) + 1;
      counts.set(headers['x-id'], count);
      const status = count < 3 ? Number(headers['x-status']) : 200;
      if (status === 401 && count === 1) response.writeHead(401).end('no');
      else if (status > 300 && status < 400)
        response.writeHead(status, { Location: String(headers['x-location']) }).end();
      else response.end('yes');
    };
  });
  after(async () => {
    await agent.destroy();
    await Promise.all([own, ...others].map((server) => server.stop()));
  });

  const originOf = (kind: string, origin: string, evil: string): PropertyDescriptor => {
    const reads = [origin];
    if (kind === 'getter') return { get: () => reads.shift() ?? evil };
    if (kind === 'late') return { get: () => (reads.length > 0 ? void reads.shift() : evil) };
    if (!kind.startsWith('URL')) return { value: origin, writable: true };
    const value = new URL(origin);
    return {
      value: kind === 'URL' ? value : Object.assign(value, { toString: () => origin }),
      writable: true,
    };
  };

  const send = async ({
    address,
    location,
    status,
    origin,
    options,
    headers,
    path,
    header,
    ...how
  }: Case) => {
    const evil = others[0]?.origin ?? '';
    const goal = fillIn(location, own, others);
    const place = originIn(fillIn(address, own, others));
    if (![place, goal].every((one) => isOfLoopback(one, own.origin))) return;
    const record: Record<string, unknown> = {
      'x-id': String(ids++),
      'x-status': String(status),
      'x-location': encodeURI(goal),
    };
    const lists = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value]]));
    const flat = Object.entries(record).flat() as string[];
    const list = new Headers(record as Record<string, string>);
    const map = new Map(Object.entries(record));
    const given: Record<string, unknown> = {
      path: fillIn(path, own, others),
      method: 'GET',
      headers: { record, lists, flat, Headers: list, Map: map }[headers],
      query: path === '/x' ? { page: ['1'] } : undefined,
    };
    const described = { enumerable: true, configurable: true, ...originOf(origin, place, evil) };
    Object.defineProperty(given, 'origin', described);
    class Own {}
    Object.defineProperties(Own.prototype, Object.getOwnPropertyDescriptors(given));
    const own_ = { plain: given, inherited: Object.create(given), class: new Own() }[options] as object;
    // What undici itself sends once more, it reads once more.
    const changed = ['none', 'changing'].includes(how.around) ? 'host' : 'x-changed';
    const change = () => {
      Object.assign(record, { [changed]: 'evil' });
      for (const values of Object.values(lists)) values[0] = evil;
      flat.fill(evil);
      list.set('x-location', evil);
      map.set(changed, 'evil');
      const { value } = described;
      if (value instanceof URL) Object.assign(value, { href: evil, toString: () => evil });
      for (const one of [given, own_])
        Object.defineProperties(one, {
          origin: { value: evil, enumerable: true, configurable: true, writable: true },
          path: { value: '/evil', enumerable: true, configurable: true, writable: true },
        });
    };
    const target = async (request: Dispatcher.DispatchOptions) => {
      change();
      Object.assign(request, { origin: evil, path: '/evil' });
      Object.assign(request.headers ?? {}, { host: 'evil' });
      await new Promise(setImmediate);
      change();
      return {};
    };
    const isRejected = (answer: { status: number }) => {
      change();
      return answer.status === 401;
    };
    /** Changes all that it is given, when it is on its way. */
    const changing: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (request, handler) => {
      const isSent = dispatch(structuredClone({ ...request }), handler);
      Object.assign(request, { origin: evil, path: '/evil' });
      Object.assign(request.headers ?? {}, { host: 'evil' });
      change();
      return isSent;
    };
    const isBound = header === 'DPoP';
    const attached = tokenInterceptor(recognisableTokens(change, isBound), {
      origins: own.origin,
      ...(!isBound && { header }),
      isRejected,
      ...(how.hasTarget && { target }),
    });
    const outer = {
      redirect: [interceptors.redirect({ maxRedirections: 4 })],
      retry: [interceptors.retry({ maxRetries: 1, minTimeout: 1 })],
    }[how.around];
    const composed = agent.compose(
      ...(how.around === 'changing' ? [changing] : []),
      attached,
      ...(outer ?? []),
    );
    const sent = composed.request(own_ as Dispatcher.RequestOptions);
    change();
    const { body } = await sent;
    await body.text();
  };

  it('with origins, paths, headers and redirects of all kinds, all changed at each await', async () => {
    let [arrived, calls] = [0, 0];
    const check = async (batch: readonly Case[]) => {
      for (const server of [own, ...others]) server.seen.length = 0;
      await Promise.all(batch.map((one) => send(one).catch(() => undefined)));
      expect(others.flatMap(({ seen }) => seen.filter(holdsToken))).to.deep.equal([]);
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

/** undici takes no path with it; what cannot be read is left to undici. */
function originIn(address: string): string {
  try {
    const { protocol, host } = new URL(address);
    return `${protocol}//${host}`;
  } catch {
    return address;
  }
}
