import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import axios from 'axios';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  type ClientAuthenticator,
  clientAssertion,
  clientSecretJwt,
  privateKeyJwt,
} from '../../lib/client-auth.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { MemoryTokenStore, TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { digestOf, keyOf, type Target } from '../../lib/oauth/target.js';
import { jwtNamed, MountedVolume, makePem } from '../support/assertions.js';
import { leaksOf } from '../support/printed.js';
import { rejection } from '../support/rejection.js';
import { type ScriptedRequest, ScriptedServer } from '../support/scripted-server.js';
import { Stage } from '../support/stage.js';
import { target } from '../support/target.js';

const PEMS = Array.from({ length: 4 }, makePem);
const tokenEndpoint = 'https://as.example/token';
const formOf = ({ config }: ScriptedRequest) => new URLSearchParams(String(config.data));

/** Which of the keys has signed; what was signed by none is its own name. */
function signerOf(assertion: string): string {
  const [input, signature = ''] = [assertion.slice(0, assertion.lastIndexOf('.')), assertion.split('.')[2]];
  const place = PEMS.findIndex((pem) =>
    verify(
      'sha256',
      Buffer.from(input),
      { key: createPublicKey(pem), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    ),
  );
  return place < 0 ? assertion : `key ${place}`;
}

/** Gives each key of each client tokens of its own. */
function grantByKey(request: ScriptedRequest): void {
  const form = formOf(request);
  const by = signerOf(form.get('client_assertion') ?? '');
  request.grant(Buffer.from(`${form.get('client_id')} ${by}`).toString('base64url'));
}

const textOf = (token: string) => Buffer.from(token, 'base64url').toString();
const remote = (pem: string) => ({
  sign: (data: Uint8Array) => sign('sha256', data, pem),
  alg: 'ES256' as const,
});

describe('keys of clients', () => {
  let volumes: MountedVolume[];
  /** By what each of them proves a client, and the ways to make it once more. */
  let ways: { readonly key: string; readonly make: () => ClientAuthenticator }[];

  before(async () => {
    volumes = await Promise.all(PEMS.slice(0, 2).map((pem) => MountedVolume.mount(pem)));
    ways = [
      ...PEMS.flatMap((pem, place) => [
        { key: `key ${place}`, make: () => privateKeyJwt({ key: pem }) },
        {
          key: `key ${place}`,
          make: () => privateKeyJwt({ key: createPrivateKey(pem), kid: 'k1', audience: 'urn:as' }),
        },
        // A kid is what the user says: here each names its key.
        { key: `key ${place}`, make: () => privateKeyJwt({ key: remote(pem), kid: `k${place}` }) },
        { key: `key ${place}`, make: () => privateKeyJwt({ key: remote(pem) }) },
      ]),
      ...volumes.map(({ file }, place) => ({
        key: `key ${place}`,
        make: () => privateKeyJwt({ key: { file } }),
      })),
    ];
  });
  after(() => Promise.all(volumes.map((volume) => volume.unmount())));

  it('that differ never share a token: with resolveClient, with a store, through handles', async function () {
    this.timeout(60_000);
    const calls = fc.array(
      fc.record({ clientId: fc.constantFrom('acme', 'globex'), way: fc.nat(ways.length - 1) }),
      { minLength: 2, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(calls, fc.boolean(), fc.boolean(), async (asked, isShared, byHandle) => {
        const server = new ScriptedServer();
        server.respond = grantByKey;
        const store = new MemoryTokenStore();
        const open = () =>
          new TokenProvider({
            http: server.http,
            ...(isShared && { store }),
            // The name of a region says nothing of a target: the server is the same for all.
            resolveClient: ({ region }) => ({
              tokenEndpoint,
              authentication: ways[Number(region?.slice(1))]?.make(),
            }),
          });
        const providers = [open(), open()];
        for (const [turn, { clientId, way }] of asked.entries()) {
          const provider = providers[turn % 2] as TokenProvider;
          const query = { clientId, region: `r${way}` };
          const token = await (byHandle ? provider.forClient(query).getToken() : provider.getToken(query));
          expect(textOf(token)).to.equal(`${clientId} ${ways[way]?.key}`);
        }
        await Promise.all(providers.map((provider) => provider.close()));
      }),
      { numRuns: 150 },
    );
  });

  it('are in the keys of targets: the same key of the same client is the same target, and nothing else is', () => {
    const targets: Target[] = ways.flatMap(({ make }) =>
      ['acme', 'globex'].map((clientId) => ({ ...target, clientId, authenticator: make() })),
    );
    const keyed = targets.map((one) => [keyOf(one), one.clientId, one.authenticator.id] as const);
    for (const [key, clientId, id] of keyed)
      for (const [otherKey, otherClient, otherId] of keyed)
        expect(key === otherKey).to.equal(clientId === otherClient && id === otherId);
    expect(new Set(targets.map((one) => digestOf(one))).size).to.equal(
      new Set(keyed.map(([key]) => key)).size,
    );
  });

  it('of one authenticator serve many clients, each by its own name', async () => {
    const server = new ScriptedServer();
    server.respond = grantByKey;
    const authentication = privateKeyJwt({ key: PEMS[0] as string });
    const provider = new TokenProvider({
      tokenEndpoint,
      authentication,
      http: server.http,
      resolveClient: () => ({}),
    });
    const ids = Array.from({ length: 20 }, (_, place) => `client-${place}`);
    const tokens = await Promise.all(ids.map((clientId) => provider.getToken({ clientId })));
    expect(tokens.map(textOf)).to.deep.equal(ids.map((id) => `${id} key 0`));
    const all = server.requests.map((request) => formOf(request).get('client_assertion'));
    expect(new Set(all).size).to.equal(20);
    await provider.close();
  });

  it('are proved anew with each attempt', async () => {
    const stage = new Stage({
      clientSecret: undefined,
      authentication: privateKeyJwt({ key: PEMS[0] as string }),
    });
    try {
      stage.server.respond = (request, count) => (count < 4 ? request.answer(503) : request.grant('t1'));
      const token = stage.provider.getToken();
      await stage.time.pass(20_000);
      expect(await token).to.equal('t1');
      const all = stage.server.requests.map((request) => formOf(request).get('client_assertion'));
      expect([all.length, new Set(all).size]).to.deep.equal([4, 4]);
    } finally {
      await stage.strike();
    }
  });

  it('are proved anew where a request is sent again, since its connection had been closed', async () => {
    const seen: string[] = [];
    const used = new WeakSet<object>();
    // Reads what comes by a connection that is kept alive, and closes that without an answer.
    const server = http.createServer(async (request, response) => {
      seen.push(new URLSearchParams(await text(request)).get('client_assertion') ?? '');
      if (used.has(request.socket)) return request.socket.destroy();
      used.add(request.socket);
      return response.end(JSON.stringify({ access_token: `t${seen.length}`, expires_in: 600 }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const provider = new TokenProvider({
      tokenEndpoint: `http://127.0.0.1:${port}/token`,
      clientId: 'acme',
      authentication: privateKeyJwt({ key: PEMS[0] as string }),
      http: axios.create({ httpAgent: new http.Agent({ keepAlive: true, maxSockets: 1 }) }),
      retry: { retries: 0 },
    });
    try {
      expect(await provider.getToken()).to.equal('t1');
      expect((await provider.refresh()).value).to.equal('t3');
      expect([seen.length, new Set(seen).size]).to.deep.equal([3, 3]);
    } finally {
      await provider.close();
      server.closeAllConnections();
      server.close();
    }
  });

  for (const [what, reason, authentication] of [
    [
      'a signer',
      'ERR_CLIENT_KEY',
      privateKeyJwt({ key: { sign: () => new Promise(() => undefined), alg: 'ES256' } }),
    ],
    ['a secret', 'ERR_CLIENT_SECRET', clientSecretJwt({ secret: () => new Promise(() => undefined) })],
    ['an assertion', 'ERR_CLIENT_ASSERTION', clientAssertion(() => new Promise(() => undefined))],
  ] as [string, string, ClientAuthenticator][]) {
    it(`are waited for in vain where ${what} hangs: callers are told so in time`, async () => {
      const stage = new Stage({ clientSecret: undefined, authentication, retry: { retries: 0 } });
      try {
        const failure = rejection(stage.provider.getToken());
        await stage.time.pass(9_999);
        expect(stage.heard('failure')).to.have.length(0);
        await stage.time.pass(1);
        expect((await failure).cause).to.include({ reason, permanent: false });
        expect(stage.requests).to.equal(0);
      } finally {
        await stage.strike();
      }
      expect(stage.time.armed).to.equal(0);
    });
  }

  describe('and assertions in files, while callers ask', () => {
    const retry = { retries: 3, minDelayMs: 5, maxDelayMs: 10 };
    const renewals = async (provider: TokenProvider, work: (turn: number) => Promise<void>) => {
      for (let turn = 0; turn < 20; turn += 1) {
        await work(turn);
        await provider.refresh();
      }
    };

    it('are changed and half-written, and no caller fails', async () => {
      const server = new ScriptedServer();
      // Both servers take the one key alone that is in the file now, or was before.
      let valid: string[] = [];
      server.respond = (request) => {
        const assertion = formOf(request).get('client_assertion') ?? '';
        if (valid.includes(signerOf(assertion))) request.grant(`t${server.requests.length}`);
        else request.refuse('invalid_client', 401);
      };
      const keys = await MountedVolume.mount(PEMS[0] as string);
      const tokens = await MountedVolume.mount(jwtNamed('0'));
      const open = (authentication: ClientAuthenticator) =>
        new TokenProvider({ tokenEndpoint, clientId: 'acme', authentication, http: server.http, retry });
      const byKey = open(privateKeyJwt({ key: { file: keys.file } }));
      const byAssertion = open(clientAssertion({ file: tokens.file }));
      await renewals(byKey, async (turn) => {
        const place = turn % PEMS.length;
        valid = [`key ${place}`];
        // The new key is half there when the request is made, and whole a moment later.
        if (turn % 3 === 2) {
          valid.push(`key ${(place + PEMS.length - 1) % PEMS.length}`);
          await keys.overwrite(String(PEMS[place]).slice(0, 60));
        } else await keys.swap(String(PEMS[place]));
      });
      await renewals(byAssertion, async (turn) => {
        valid = [jwtNamed(`${turn}`)];
        await tokens.overwrite(turn % 3 === 2 ? '' : jwtNamed(`${turn}`));
        if (turn % 3 === 2) setTimeout(() => void tokens.overwrite(jwtNamed(`${turn}`)), 3);
      });
      await Promise.all([byKey.close(), byAssertion.close(), keys.unmount(), tokens.unmount()]);
    });
  });

  it('show nowhere: not in errors, events, status, the store, or the authenticators themselves', async () => {
    const secret = 's3cret-of-32-characters-or-more!';
    const pem = PEMS[0] as string;
    const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
    const volume = await MountedVolume.mount(jwtNamed('in-a-file'));
    const methods = [
      privateKeyJwt({ key: pem }),
      privateKeyJwt({ key: createPrivateKey(pem).export({ format: 'jwk' }) }),
      privateKeyJwt({ key: remote(pem), kid: 'k1' }),
      clientSecretJwt({ secret }),
      clientAssertion({ file: volume.file }),
      clientAssertion(() => jwtNamed('of-a-function')),
    ];
    for (const authentication of methods) {
      const server = new ScriptedServer();
      const store = new MemoryTokenStore();
      const options: TokenProviderOptions = { tokenEndpoint, clientId: 'acme', authentication, store };
      const provider = new TokenProvider({
        ...options,
        http: server.http,
        retry: { retries: 1, minDelayMs: 1 },
      });
      const events: unknown[] = [];
      for (const name of EVENT_NAMES) provider.on(name, (event) => events.push(event));
      server.respond = (request, count) => {
        const form = formOf(request);
        const words = `${form.get('client_assertion')} of ${authentication.secrets()}`;
        if (count === 1) request.answer(503, words);
        else if (count === 2) request.grant('t1', { expires_in: 600, scope: words });
        else request.answer(401, { error: 'invalid_client', error_description: words });
      };
      await provider.getToken();
      const error = await rejection(provider.refresh());
      const assertions = server.requests.map((request) => formOf(request).get('client_assertion') ?? '');
      const parts = assertions.flatMap((assertion) => assertion.split('.').slice(1));
      expect(parts.length).to.be.at.least(6);
      const things = {
        error,
        cause: error.cause,
        events,
        status: provider.status(),
        store,
        authentication,
        provider,
      };
      expect(leaksOf(things, [...parts, d, pem.slice(60, 100), secret])).to.deep.equal([]);
      expect(String(error) + String(error.cause)).to.match(
        /invalid_client.*(wants another audience|iss, sub or aud of the assertion)/,
      );
      await provider.close();
    }
    await volume.unmount();
  });
});
