import { inspect } from 'node:util';
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { type TokenAttemptError, TokenEndpointError, TokenProvider } from '../../lib/index.js';
import { rejection } from '../support/rejection.js';
import { type ScriptedRequest, ScriptedServer } from '../support/scripted-server.js';
import { VirtualTime } from '../support/virtual-time.js';

const proofOf = ({ config }: ScriptedRequest) => String(config.headers.get('DPoP'));

describe('servers that are hard to please with a proof', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  let provider: TokenProvider;
  beforeEach(() => {
    time = new VirtualTime();
    server = new ScriptedServer();
    provider = new TokenProvider({
      tokenEndpoint: 'https://login.example/token',
      clientId: 'acme',
      clientSecret: 'the-secret',
      http: server.http,
      dpop: true,
    });
  });
  afterEach(async () => {
    await provider.close();
    time.restore();
  });

  it('that want another nonce each time are asked twice an attempt, and the error says whose matter it is', async () => {
    server.respond = (request, count) =>
      request.answer(400, { error: 'use_dpop_nonce' }, { 'DPoP-Nonce': `n${count}` });
    const retries: TokenAttemptError[] = [];
    provider.on('retry', ({ error }) => retries.push(error as TokenAttemptError));
    const token = rejection(provider.getToken({ maxWaitMs: 500 }));
    await time.pass(500);
    const { cause } = await token;
    expect(cause).to.be.instanceOf(TokenEndpointError);
    expect((cause as Error).message).to.match(/ 400 use_dpop_nonce\. It wants another nonce in each proof/);
    expect(server.requests).to.have.length(2 * retries.length);
    const nonces = server.requests.map((request) => decodeJwt(proofOf(request)).nonce);
    expect(nonces).to.deep.equal([undefined, ...nonces.slice(1).map((_, index) => `n${index + 1}`)]);
  });

  it('that tell no nonce are asked once an attempt', async () => {
    server.respond = (request) => request.answer(400, { error: 'use_dpop_nonce' });
    const token = rejection(provider.getToken({ maxWaitMs: 100 }));
    await time.pass(100);
    await token;
    expect(server.requests).to.have.length(1);
  });

  it('whose nonces end after a while are asked once more each time, and nobody hears of it, nor of clocks that are set', async () => {
    const events: string[] = [];
    for (const name of ['retry', 'failure'] as const) provider.on(name, () => events.push(name));
    const nonce = () => `n${Math.floor(Date.now() / 300_000)}`;
    server.respond = (request) => {
      const { nonce: told, iat = 0 } = decodeJwt(proofOf(request));
      const isGood = told === nonce() && Math.abs(iat - Date.now() / 1_000) < 60;
      if (isGood) request.grant(`t${server.requests.length}`, { token_type: 'DPoP', expires_in: 600 });
      else request.answer(401, { error: 'use_dpop_nonce' }, { 'DPoP-Nonce': nonce() });
    };
    for (let hour = 0; hour < 4; hour += 1) {
      for (let minute = 0; minute < 60; minute += 1) {
        const token = provider.getToken();
        await time.settle();
        expect(await token).to.match(/^t\d+$/);
        await time.pass(60_000);
      }
      time.stepWallClock(hour % 2 === 0 ? 3_600_000 : -3_600_000);
    }
    expect(events).to.deep.equal([]);
    expect(new Set(server.requests.map((request) => decodeJwt(proofOf(request)).jti)).size).to.equal(
      server.requests.length,
    );
  });

  it('that repeat the proof in their words make it known to nobody', async () => {
    server.respond = (request) =>
      request.answer(400, { error: 'invalid_dpop_proof', error_description: `bad: ${proofOf(request)}` });
    const error = await rejection(provider.getToken());
    const shown = [inspect(error, { depth: null }), JSON.stringify(error), JSON.stringify(provider.status())];
    for (const part of proofOf(server.last).split('.'))
      for (const text of shown) expect(text).to.not.contain(part);
  });
});
