import { generateKeyPairSync } from 'node:crypto';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import axios, { type AxiosInstance } from 'axios';
import { expect } from 'chai';
import {
  Agent,
  type Dispatcher,
  getGlobalDispatcher,
  setGlobalDispatcher,
  fetch as undiciFetch,
} from 'undici';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { attachToken, MemoryTokenStore, TokenProvider } from '../../lib/index.js';
import { tokenInterceptor } from '../../lib/undici.js';
import { leaksOf } from '../support/printed.js';
import { ProofServer } from '../support/proofs/proof-server.js';

const CLIENT = { clientId: 'bound', clientSecret: 'the-secret-of-the-bound-client' };

/** Sends one request to the API, and gives its status. */
type Call = (path: string, init?: { method?: string; body?: string }) => Promise<number>;

describe('tokens that are bound to a key (DPoP), at oidc-provider and an API of its own', () => {
  let server: ProofServer;
  let agent: Agent;
  let usual: Dispatcher;
  let httpsAgent: https.Agent;
  let provider: TokenProvider;
  before(async () => {
    server = await ProofServer.start();
    agent = new Agent({ connect: { ca: server.ca } });
    usual = getGlobalDispatcher();
    setGlobalDispatcher(agent);
    httpsAgent = new https.Agent({ ca: server.ca, keepAlive: true });
  });
  after(async () => {
    setGlobalDispatcher(usual);
    await agent.destroy();
    httpsAgent.destroy();
    await server.close();
  });
  beforeEach(() => {
    server.requests.length = 0;
    server.api.judged.length = 0;
    server.api.nonce = undefined;
    server.api.hasNonceForOnce = false;
    server.requiresNonce = false;
    server.lifetimeSeconds = 60;
    server.register({
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      dpop_bound_access_tokens: true,
    });
    provider = connect();
  });
  afterEach(() => provider.close());

  const connect = (options: object = {}) =>
    new TokenProvider({
      issuer: server.issuer,
      http: axios.create({ httpsAgent }),
      dpop: true,
      ...CLIENT,
      ...options,
    });

  const CLIENTS: Readonly<Record<string, () => Call>> = {
    'axios (http)': () => byAxios(axios.create({ baseURL: server.issuer, httpsAgent })),
    'axios (fetch)': () => byAxios(axios.create({ baseURL: server.issuer, adapter: 'fetch' })),
    'fetch of undici': () => {
      const send = createAuthorizedFetch(provider, {
        origins: server.issuer,
        fetch: ((input: string, init: object) => undiciFetch(input, { ...init, dispatcher: agent })) as never,
      });
      return async (path, init) => (await send(server.issuer + path, init)).status;
    },
    'undici.request': () => {
      const dispatcher = agent.compose(tokenInterceptor(provider, { origins: server.issuer }));
      return async (path, { method = 'GET', body } = {}) => {
        const answer = await dispatcher.request({
          origin: server.issuer,
          path,
          method: method as 'GET',
          body: body ?? null,
        });
        await answer.body.dump();
        return answer.statusCode;
      };
    },
    'provider.authorize() and node:https':
      () =>
      async (path, { method = 'GET', body } = {}) => {
        const url = server.issuer + path;
        const send = async (nonce?: string) => {
          const headers = await provider.authorize({ method, url, nonce });
          return new Promise<{ status: number; nonce: string | undefined }>((resolve, reject) => {
            const request = https.request(url, { method, headers, agent: httpsAgent }, (response) => {
              response.resume();
              resolve({ status: response.statusCode ?? 0, nonce: response.headers['dpop-nonce'] as string });
            });
            request.on('error', reject).end(body);
          });
        };
        const first = await send();
        return first.status === 401 ? (await send(first.nonce)).status : first.status;
      },
  };

  function byAxios(instance: AxiosInstance): Call {
    attachToken(instance, provider);
    return async (path, { method = 'GET', body } = {}) =>
      (await instance.request({ url: path, method, ...(body && { data: body }), validateStatus: () => true }))
        .status;
  }

  const errors = () => server.api.judged.map(({ error }) => error);

  it('are asked for with a proof, which a nonce is added to where the server wants it, without a word to anybody', async () => {
    server.requiresNonce = true;
    const events: string[] = [];
    for (const name of ['retry', 'failure'] as const) provider.on(name, () => events.push(name));
    await provider.getToken();
    expect(provider.peek()?.tokenType).to.match(/^dpop$/i);
    expect(server.requests.map(({ error }) => error)).to.deep.equal(['use_dpop_nonce', undefined]);
    await provider.refresh();
    expect(server.requests.map(({ error }) => error)).to.deep.equal(['use_dpop_nonce', undefined, undefined]);
    expect(events).to.deep.equal([]);
  });

  it('are asked for by many at once, each with a nonce after its first request', async () => {
    server.requiresNonce = true;
    const events: string[] = [];
    for (const name of ['retry', 'failure'] as const) provider.on(name, () => events.push(name));
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((scope) => provider.getToken({ scope })));
    expect(server.requests.filter(({ error }) => error === undefined)).to.have.length(5);
    expect(events).to.deep.equal([]);
  });

  for (const [name, open] of Object.entries(CLIENTS)) {
    // axios does not follow redirects by fetch where the proof would go along.
    const follows = !/undici\.request|authorize|\(fetch\)/.test(name);
    describe(`sent by ${name}`, () => {
      it('go with a proof of their own for each request', async () => {
        const call = open();
        expect(await call('/api/things?a=1')).to.equal(200);
        expect(await call('/api/things', { method: 'POST', body: 'b' })).to.equal(200);
        expect(await Promise.all(Array.from({ length: 20 }, () => call('/api/a%20b/%C3%BC')))).to.deep.equal(
          new Array(20).fill(200),
        );
        expect(new Set(server.api.judged.map(({ claims }) => claims?.jti)).size).to.equal(22);
        expect(server.requests).to.have.length(1);
      });

      if (follows)
        it('have another proof after a redirect within the origin, and do not go along to another origin', async () => {
          const call = open();
          expect(await call('/api/x?redirect=/api/things')).to.equal(200);
          expect(await call(`/api/x?redirect=${server.mutualOrigin}/api/away`)).to.equal(401);
          expect(server.api.judged.map(({ headers }) => headers)).to.deep.equal([
            ['authorization', 'dpop'],
            [],
          ]);
          expect(server.requests).to.have.length(1);
        });

      if (follows)
        it('have the nonce that the redirect told', async () => {
          const call = open();
          server.api.hasNonceForOnce = true;
          expect(await call('/api/x?redirect=/api/things')).to.equal(200);
          expect(errors()).to.deep.equal(['use_dpop_nonce', undefined, undefined]);
        });

      it('all go once more where a nonce is wanted while they are under way', async () => {
        const call = open();
        server.api.changeNonce();
        const statuses = await Promise.all(Array.from({ length: 20 }, () => call('/api/things')));
        expect(statuses).to.deep.equal(new Array(20).fill(200));
        expect(server.requests).to.have.length(1);
      });

      it('go once more with the nonce that the API wants, by the same token', async () => {
        const call = open();
        server.api.changeNonce();
        expect(await call('/api/things', { method: 'POST', body: 'b' })).to.equal(200);
        expect(await call('/api/things')).to.equal(200);
        server.api.changeNonce();
        expect(await call('/api/things')).to.equal(200);
        expect(errors()).to.deep.equal(['use_dpop_nonce', undefined, undefined, 'use_dpop_nonce', undefined]);
        expect(server.requests).to.have.length(1);
      });

      it('go once more each, where many are asked for a nonce at once', async () => {
        const call = open();
        server.api.changeNonce();
        const statuses = await Promise.all(Array.from({ length: 20 }, () => call('/api/things')));
        expect(statuses).to.deep.equal(new Array(20).fill(200));
        expect(server.requests).to.have.length(1);
      });

      it('go by a nonce of their own each, where it is good for one proof alone', async () => {
        const call = open();
        server.api.hasNonceForOnce = true;
        const statuses = await Promise.all(Array.from({ length: 20 }, () => call('/api/things')));
        expect(statuses).to.deep.equal(new Array(20).fill(200));
        expect(server.requests).to.have.length(1);
      });
    });
  }

  it('are given to all who ask at once when the server begins to want nonces', async () => {
    server.requiresNonce = true;
    const { clientSecret } = CLIENT;
    const names = ['a', 'b', 'c', 'd'];
    for (const client_id of names) server.register({ client_id, client_secret: clientSecret });
    await using many = connect({ resolveClient: () => ({ clientSecret }) });
    const failures: unknown[] = [];
    many.on('failure', ({ error }) => failures.push(error));
    const asked = names.map((clientId) => many.getToken({ clientId }));
    expect(new Set(await Promise.all(asked)).size).to.equal(4);
    expect(failures).to.deep.equal([]);
    expect(server.requests.filter(({ error }) => error === undefined)).to.have.length(4);
  });

  it('are asked for by proofs that no error shows, though a server says them back', async () => {
    const proofs: string[] = [];
    const echo = https.createServer(await server.authority.issue(['localhost']), (request, response) => {
      proofs.push(String(request.headers.dpop));
      const error_description = `bad proof ${request.headers.dpop}`;
      response.writeHead(400).end(JSON.stringify({ error: 'invalid_dpop_proof', error_description }));
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const tokenEndpoint = `https://localhost:${(echo.address() as AddressInfo).port}/token`;
    const refused = connect({ issuer: undefined, tokenEndpoint });
    const error = await refused.getToken().catch((thrown: unknown) => thrown);
    expect(error).to.include({ error: 'invalid_dpop_proof', permanent: true });
    expect((error as Error).message).to.contain('Is the clock of this machine right?');
    expect(
      leaksOf(
        { error, status: refused.status(), refused },
        proofs.flatMap((proof) => proof.split('.')),
      ),
    ).to.deep.equal([]);
    await refused.close();
    echo.closeAllConnections();
    await new Promise((resolve) => echo.close(resolve));
  });

  it('are shared by a fleet that has one key', async () => {
    const store = new MemoryTokenStore();
    const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const fleet = [key, key].map((one) => connect({ store, dpop: { key: one } }));
    const other = connect({ store, dpop: { key: generateKeyPairSync('ed25519').privateKey } });
    const [first, second, third] = [
      await fleet[0]?.getToken(),
      await fleet[1]?.getToken(),
      await other.getToken(),
    ];
    expect(second).to.equal(first);
    expect(third).to.not.equal(first);
    expect(server.requests).to.have.length(2);
    await Promise.all([...fleet, other].map((one) => one.close()));
  });
});
