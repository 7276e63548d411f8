import axios from 'axios';
import { expect } from 'chai';
import fc from 'fast-check';
import { Agent } from 'undici';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { attachToken } from '../../lib/index.js';
import { fakeProvider } from '../../lib/testing.js';
import { tokenInterceptor } from '../../lib/undici.js';
import { addressesAround } from '../support/addresses.js';
import { ApiServer, type Seen } from '../support/api-server.js';
import { muteTokenWarnings } from '../support/warnings.js';

/** Gives out what can be recognised wherever it turns up. */
const source = fakeProvider({ token: 'the-token' });

describe('a token leaves to allowed origins alone, whatever the address looks like', function () {
  muteTokenWarnings();
  this.timeout(60_000);
  let own: ApiServer;
  let others: ApiServer[];
  let agent: Agent;
  before(async () => {
    [own, ...others] = (await Promise.all(
      ['127.0.0.1', '127.0.0.1', '::1', '127.0.0.2'].map(ApiServer.start),
    )) as [ApiServer, ...ApiServer[]];
    agent = new Agent();
  });
  after(async () => {
    await agent.close();
    await Promise.all([own, ...others].map((server) => server.stop()));
  });

  const isStolen = ({ headers, url, body }: Seen) =>
    JSON.stringify([headers, url, body]).includes('the-token');
  const check = async (send: (address: string) => Promise<unknown>) => {
    let arrived = 0;
    const property = async (address: string) => {
      for (const server of [own, ...others]) server.seen.length = 0;
      await send(address).catch(() => undefined);
      expect(
        others.flatMap(({ seen }) => seen.filter(isStolen)),
        address,
      ).to.deep.equal([]);
      // By the address that was allowed, and not by another name of the same host.
      const carried = own.seen.filter(isStolen);
      for (const { headers } of carried) expect(`http://${headers.host}`).to.equal(own.origin);
      arrived += carried.length;
    };
    const addresses = addressesAround(
      own.origin,
      others.map(({ origin }) => origin),
    );
    await fc.assert(fc.asyncProperty(addresses, property), { numRuns: 600 });
    expect(arrived).to.be.above(5);
  };

  // What cannot be reached from here fails at once: nothing but loopback is to be asked.
  const isLocal = (address: string) => {
    try {
      return /^(127\.|\[::|localhost)/.test(new URL(address, own.origin).hostname);
    } catch {
      return true;
    }
  };

  for (const allowAbsoluteUrls of [true, false]) {
    it(`axios, with its baseURL, allowAbsoluteUrls ${allowAbsoluteUrls}`, async () => {
      const instance = axios.create({ baseURL: own.origin, allowAbsoluteUrls, timeout: 2_000, proxy: false });
      attachToken(instance, source);
      await check(async (url) => (isLocal(url) ? instance.get(url) : undefined));
    });
  }

  it('axios, with origins and no baseURL', async () => {
    const instance = axios.create({ timeout: 2_000, proxy: false });
    attachToken(instance, source, { origins: own.origin });
    await check(async (url) => (isLocal(url) ? instance.get(url) : undefined));
  });

  it('fetch', async () => {
    const authorized = createAuthorizedFetch(source, { origins: own.origin });
    await check(async (url) => (isLocal(url) ? (await authorized(url)).text() : undefined));
  });

  it('undici', async () => {
    const composed = agent.compose(tokenInterceptor(source, { origins: own.origin }));
    await check(async (url) => {
      if (!isLocal(url)) return;
      const { body } = await composed.request({ origin: originOf(url), path: '/x', method: 'GET' });
      await body.text();
    });
  });
});

/** undici takes no path with it; what cannot be read is left to undici. */
function originOf(address: string): string {
  try {
    const { protocol, host } = new URL(address);
    return `${protocol}//${host}`;
  } catch {
    return address;
  }
}
