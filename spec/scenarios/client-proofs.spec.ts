import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { expect } from 'chai';
import * as oauth from 'oauth4webapi';
import { Agent, fetch } from 'undici';
import { TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { ProofServer } from '../support/proofs/proof-server.js';
import {
  assertionInFile,
  boundTokens,
  certificate,
  type Enrol,
  keyInFile,
  type ProvenClient,
  secretJwt,
  selfSignedCertificate,
} from '../support/proofs/proven-client.js';
import { Callers } from '../support/servers/callers.js';
import { TokenRequests } from '../support/servers/token-requests.js';

const METHODS: Readonly<Record<string, Enrol>> = {
  'private_key_jwt by RS256': keyInFile('RS256'),
  'private_key_jwt by PS256': keyInFile('PS256'),
  'private_key_jwt by ES256': keyInFile('ES256'),
  'private_key_jwt by EdDSA': keyInFile('EdDSA'),
  client_secret_jwt: secretJwt,
  'an assertion in a file': assertionInFile,
  'a certificate in files': certificate,
  'a self-signed certificate in files': selfSignedCertificate,
  'private_key_jwt by ES256, and DPoP whose nonces begin in the midst': boundTokens,
};

/** What callers saw in 21 s of tokens of 4 s, with a rotation after each third of them. */
interface Outcome {
  readonly failures: readonly string[];
  readonly waits: number;
  readonly tokens: number;
  readonly alarms: readonly string[];
}

describe('clients that prove themselves to oidc-provider', function () {
  this.timeout(60_000);
  let server: ProofServer;
  const outcomes = new Map<string, Promise<Outcome>>();
  before(async () => {
    server = await ProofServer.start();
    for (const [name, enrol] of Object.entries(METHODS)) {
      const outcome = run(enrol, `client-${outcomes.size}`);
      outcome.catch(() => undefined);
      outcomes.set(name, outcome);
    }
  });
  after(async () => {
    await Promise.allSettled(outcomes.values());
    await server.close();
  });

  const connect = (
    { clientId, authentication, dpop }: Pick<ProvenClient, 'clientId' | 'authentication' | 'dpop'>,
    options: Partial<TokenProviderOptions> = {},
  ) =>
    new TokenProvider({
      issuer: server.issuer,
      http: axios.create({ httpsAgent: new https.Agent({ ca: server.ca }) }),
      clientId,
      authentication,
      dpop,
      ...options,
    });

  async function run(enrol: Enrol, clientId: string): Promise<Outcome> {
    const client = await enrol(server, clientId);
    const provider = connect(client);
    using requests = new TokenRequests(Number(new URL(server.issuer).port), 'localhost');
    const tokens = new Set<string>();
    const alarms: string[] = [];
    provider.on('refresh', () => tokens.add(provider.peek()?.value ?? ''));
    provider.on('failure', ({ error }) => alarms.push(error.message));
    try {
      await provider.getToken();
      const callers = new Callers(provider, requests, 4_000);
      for (let third = 0; third < 3; third += 1) {
        if (third > 0) await client.rotate();
        // Longer than the least time between two questions for a new proof.
        await sleep(7_000);
      }
      await callers.stop();
      const failures = callers.failures.map(({ message }) => message);
      return { failures, waits: callers.waits.length, tokens: tokens.size, alarms };
    } finally {
      await provider.close();
      await client.remove();
    }
  }

  for (const name of Object.keys(METHODS)) {
    it(`nobody waits or fails for 20 s with tokens of 4 s, though it changes twice: ${name}`, async () => {
      const outcome = await outcomes.get(name);
      expect(outcome).to.deep.include({ failures: [], waits: 0, alarms: [] });
      expect(outcome?.tokens).to.be.at.least(5);
    });
  }

  it('has a server that another client library can use', async () => {
    const dispatcher = new Agent({ connect: { ca: server.ca } });
    const options = {
      [oauth.customFetch]: (url: string, init: object) =>
        fetch(url, { ...init, dispatcher } as never) as never,
    };
    const secret = 'the-secret-of-somebody-else';
    server.register({
      client_id: 'other',
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_post',
    });
    const issuer = new URL(server.issuer);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    const client: oauth.Client = { client_id: 'other' };
    const key = await oauth.generateKeyPair('ES256');
    const DPoP = oauth.DPoP(client, key);
    const answer = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      oauth.ClientSecretPost(secret),
      {},
      { ...options, DPoP },
    );
    const { access_token: token, token_type: type } = await oauth.processClientCredentialsResponse(
      as,
      client,
      answer,
    );
    expect(type).to.equal('dpop');
    server.api.changeNonce();
    const url = new URL('/api/things?a=1', server.issuer);
    const call = () =>
      oauth.protectedResourceRequest(token, 'GET', url, undefined, null, { ...options, DPoP });
    const refusal = await call().catch((error: unknown) => error);
    expect(oauth.isDPoPNonceError(refusal)).to.equal(true);
    expect((await call()).status).to.equal(200);
    expect(server.api.judged.map(({ error }) => error)).to.deep.equal(['use_dpop_nonce', undefined]);
    server.api.nonce = undefined;
    await dispatcher.close();
  });

  for (const [name, enrol] of Object.entries({
    private_key_jwt: keyInFile('ES256'),
    'a certificate': certificate,
  })) {
    it(`have their tokens revoked at the end, by ${name}`, async () => {
      const client = await enrol(server, `revoking-${name.length}`);
      const provider = connect(client, { revokeOnClose: true });
      const token = await provider.getToken();
      expect(await server.knows(token)).to.equal(true);
      await provider.close();
      expect(await server.knows(token)).to.equal(false);
      await client.remove();
    });
  }

  it('are told so where the server knows them no more, and nothing of their proof', async () => {
    const client = await keyInFile('ES256')(server, 'gone');
    server.register({
      client_id: 'gone',
      client_secret: 'x'.repeat(32),
      token_endpoint_auth_method: 'client_secret_post',
    });
    const provider = connect(client);
    const error = await provider.getToken().catch((thrown: Error) => thrown);
    expect(error)
      .to.be.instanceOf(Error)
      .and.include({ code: 'ERR_TOKEN_ENDPOINT', error: 'invalid_client' });
    expect((error as Error).message).to.not.match(/eyJ/);
    await provider.close();
    await client.remove();
  });
});
