import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigurationError, ProviderClosedError } from '../../lib/ground/errors.js';
import type { TokenVerificationError } from '../../lib/verify/verification-error.js';
import { Verifier } from '../../lib/verify/verifier.js';
import type { VerifierOptions } from '../../lib/verify/verifier-options.js';
import { rejection } from '../support/rejection.js';
import { ISSUER, ScriptedIssuer } from '../support/scripted-issuer.js';
import { SigningKey } from '../support/signing-key.js';
import { watchUnhandled } from '../support/unhandled.js';
import { VirtualTime } from '../support/virtual-time.js';

const key = new SigningKey('k1');
const HOUR_MS = 3_600_000;
const codeOf = async (promise: Promise<unknown>) => (await rejection<TokenVerificationError>(promise)).code;

describe('Verifier', () => {
  let time: VirtualTime;
  let issuer: ScriptedIssuer;
  let verifier: Verifier;
  const make = (options: Partial<VerifierOptions> = {}) => {
    verifier = new Verifier(issuer.options({ retry: { retries: 0 }, ...options }));
  };
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
    issuer = new ScriptedIssuer(key);
    make();
  });
  afterEach(async () => {
    await verifier.close();
    sinon.restore();
    time.restore();
  });
  const get = (token?: string) =>
    new Request('https://api.example/', {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });

  it('checks its options at once, and asks for no keys yet', () => {
    expect(() => new Verifier({ audience: 'a' })).to.throw(ConfigurationError, 'issuer: ');
    expect([issuer.asked, time.armed]).to.deep.equal([0, 0]);
  });

  describe('verify', () => {
    it('gives claims and scope, the same from the second time on', async () => {
      const token = issuer.token({ sub: 'orders', scope: 'read' });
      await verifier.verify(token);
      const first = await verifier.verify(token);
      expect(first).to.deep.include({ scope: ['read'] });
      expect(first.claims).to.include({ sub: 'orders', iss: ISSUER });
      expect(await verifier.verify(token)).to.equal(first);
      expect(await verifier.verify(token, {})).to.equal(first);
      expect(await verifier.verify(token, { scope: 'read' })).to.equal(first);
      expect(issuer.asked).to.equal(1);
    });

    it('needs all of the scope that is asked for, of a token that is known as well', async () => {
      const token = issuer.token({ scope: 'read write' });
      for (let count = 0; count < 2; count += 1) {
        for (const scope of ['read', 'write read', ['write'], []])
          expect((await verifier.verify(token, { scope })).scope).to.deep.equal(['read', 'write']);
        for (const scope of ['admin', 'read admin', ['rea'], 'READ', 'readwrite'])
          expect(await codeOf(verifier.verify(token, { scope }))).to.equal('ERR_TOKEN_SCOPE');
      }
      const error = await rejection<TokenVerificationError>(verifier.verify(token, { scope: 'read admin' }));
      expect(error).to.include({ httpStatus: 403 });
      expect(error.challenge).to.equal(
        'Bearer error="insufficient_scope", error_description="The token does not allow this.", scope="admin read"',
      );
    });

    it('looks at the scope of good tokens alone', async () => {
      const token = issuer.token({ aud: 'other', scope: '' });
      expect(await codeOf(verifier.verify(token, { scope: 'admin' }))).to.equal('ERR_TOKEN_AUDIENCE');
    });

    it('rejects wrong options and what is no token, and throws nothing', async () => {
      expect(await rejection(verifier.verify(issuer.token(), { scopes: 'a' } as never))).to.be.instanceOf(
        ConfigurationError,
      );
      expect(await rejection(verifier.verify(issuer.token(), null as never))).to.be.instanceOf(
        ConfigurationError,
      );
      for (const odd of [undefined, null, 5, {}])
        expect(await codeOf(verifier.verify(odd as never))).to.equal('ERR_TOKEN_MISSING');
    });

    it('waits for keys as long as the verifier says, or the call', async () => {
      make({ maxWaitMs: 2_000 });
      issuer.fault = 'hang';
      const ends: string[] = [];
      const note = (name: string, promise: Promise<unknown>) =>
        rejection(promise).then((error) =>
          ends.push(`${name} ${Date.now() % 10_000} ${(error as never as { code: string }).code}`),
        );
      const all = [
        note('own', verifier.verify(issuer.token())),
        note('short', verifier.verify(issuer.token(), { maxWaitMs: 1_000 })),
        note('long', verifier.verify(issuer.token(), { maxWaitMs: 3_000 })),
        note('none', verifier.verify(issuer.token(), { maxWaitMs: 0 })),
      ];
      await time.pass(3_000);
      await Promise.all(all);
      expect(ends).to.deep.equal([
        'none 0 ERR_KEYS_UNAVAILABLE',
        'short 1000 ERR_KEYS_UNAVAILABLE',
        'own 2000 ERR_KEYS_UNAVAILABLE',
        'long 3000 ERR_KEYS_UNAVAILABLE',
      ]);
      expect(issuer.asked).to.equal(1);
    });

    it('does not wait at all once it holds keys', async () => {
      await verifier.verify(issuer.token());
      issuer.fault = 'hang';
      expect((await verifier.verify(issuer.token({ sub: 'b' }), { maxWaitMs: 0 })).claims).to.include({
        sub: 'b',
      });
    });

    it('ends the wait by the signal, with its reason', async () => {
      issuer.fault = 'hang';
      const abort = new AbortController();
      const gone = rejection(verifier.verify(issuer.token(), { signal: abort.signal }));
      const reason = new Error('enough');
      abort.abort(reason);
      expect(await gone).to.equal(reason);
      const token = issuer.token();
      issuer.fault = undefined;
      make();
      await verifier.verify(token);
      // Also where the token is known: whoever calls has gone.
      expect(await rejection(verifier.verify(token, { signal: abort.signal }))).to.equal(reason);
    });
  });

  describe('verifyRequest', () => {
    it('verifies the token of a request of fetch, and of Node.js', async () => {
      const token = issuer.token({ scope: 'read' });
      expect((await verifier.verifyRequest(get(token))).scope).to.deep.equal(['read']);
      const headers = { authorization: `Bearer ${token}` };
      expect((await verifier.verifyRequest({ headers })).scope).to.deep.equal(['read']);
      expect(await codeOf(verifier.verifyRequest({ headers }, { scope: 'write' }))).to.equal(
        'ERR_TOKEN_SCOPE',
      );
    });

    it('rejects a request without a token, and an odd one; neither asks for keys', async () => {
      expect(await codeOf(verifier.verifyRequest(get()))).to.equal('ERR_TOKEN_MISSING');
      expect(await codeOf(verifier.verifyRequest(get('t1 t2')))).to.equal('ERR_REQUEST_MALFORMED');
      expect(issuer.asked).to.equal(0);
    });

    it('rejects what is no request', async () => {
      for (const odd of [undefined, null, {}, { headers: null }, 'a'])
        expect(await rejection(verifier.verifyRequest(odd as never)))
          .to.be.instanceOf(ConfigurationError)
          .with.property('option', 'request');
    });
  });

  describe('middleware', () => {
    let server: http.Server;
    let address: string;
    let middleware: ReturnType<Verifier['middleware']>;
    beforeEach(async () => {
      server = http.createServer((request: IncomingMessage & { auth?: unknown }, response) => {
        middleware(request as never, response, (error) => {
          if (error) response.writeHead(500, { code: (error as { code: string }).code }).end();
          else response.end(JSON.stringify(request.auth));
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    /** By node:http: fetch has timers that would not go by here. */
    const send = (token?: string) =>
      new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: string }>((resolve, reject) => {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const request = http.get(address, { headers, agent: false }, (answer) => {
          let body = '';
          answer.setEncoding('utf8').on('data', (text) => {
            body += text;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
        });
        request.on('error', reject);
      });

    it('lets good tokens pass, and answers the others', async () => {
      middleware = verifier.middleware({ scope: 'read' });
      const good = await send(issuer.token({ scope: 'read', sub: 'orders' }));
      expect(good.status).to.equal(200);
      expect(JSON.parse(good.body)).to.have.nested.property('claims.sub', 'orders');
      const none = await send();
      expect([none.status, none.headers['www-authenticate']]).to.deep.equal([401, 'Bearer']);
      const small = await send(issuer.token({ scope: 'write' }));
      expect([small.status, small.headers['www-authenticate']]).to.deep.equal([
        403,
        'Bearer error="insufficient_scope", error_description="The token does not allow this.", scope="read"',
      ]);
      expect((await send('a b')).status).to.equal(400);
      const other = await send(issuer.token({ aud: 'other' }));
      expect([other.status, other.body]).to.deep.equal([401, '{"error":"ERR_TOKEN_AUDIENCE"}']);
    });

    it('asks for no scope by default', async () => {
      middleware = verifier.middleware();
      expect((await send(issuer.token())).status).to.equal(200);
    });

    it('answers 503 where keys cannot be had', async () => {
      issuer.fault = 503;
      issuer.headers = { 'retry-after': '9' };
      middleware = verifier.middleware();
      const answer = await send(issuer.token());
      expect([answer.status, answer.headers['retry-after']]).to.deep.equal([503, '9']);
    });

    it('leaves it to the application that it is closed', async () => {
      middleware = verifier.middleware({ scope: 'read' });
      await verifier.close();
      const answer = await send(issuer.token());
      expect([answer.status, answer.headers.code]).to.deep.equal([500, 'ERR_PROVIDER_CLOSED']);
    });

    it('checks its options when it is made', () => {
      expect(() => verifier.middleware({ scope: '"' })).to.throw(ConfigurationError, 'scope: ');
      expect(() => verifier.middleware({ maxWaitMs: 5 } as never)).to.throw(ConfigurationError, 'maxWaitMs');
    });
  });

  it('tells how its keys are', async () => {
    expect(verifier.status()).to.include({ issuer: ISSUER, state: 'absent', keys: 0 });
    await verifier.verify(issuer.token());
    expect(verifier.status()).to.include({ state: 'fresh', keys: 1, usableUntil: Date.now() + 25 * HOUR_MS });
  });

  describe('events', () => {
    const names = ['refresh', 'retry', 'failure', 'expire'] as const;

    it('tell of the keys: got, not got, tried again, at their end', async () => {
      make({ retry: { retries: 1 }, maxStaleMs: 0 });
      const told: string[] = [];
      for (const name of names) verifier.on(name, (event) => void told.push(`${name} ${event.issuer}`));
      await verifier.verify(issuer.token());
      issuer.fault = 503;
      await time.pass(40 * 60_000);
      await time.pass(10_000);
      expect(told.slice(0, 3)).to.deep.equal([`refresh ${ISSUER}`, `retry ${ISSUER}`, `failure ${ISSUER}`]);
      await time.pass(HOUR_MS / 3);
      expect(told.filter((text) => text.startsWith('expire'))).to.deep.equal([`expire ${ISSUER}`]);
      expect(told.filter((text) => text.startsWith('refresh'))).to.have.length(1);
    });

    it('come each time by on, once by once, and not after off', async () => {
      const [each, first, never] = [sinon.spy(), sinon.spy(), sinon.spy()];
      expect(
        verifier.on('refresh', each).once('refresh', first).on('refresh', never).off('refresh', never),
      ).to.equal(verifier);
      await verifier.verify(issuer.token());
      await time.pass(40 * 60_000);
      await time.settle();
      expect([each.callCount, first.callCount, never.callCount]).to.deep.equal([2, 1, 0]);
      expect(each.args.map(([{ reason }]) => reason)).to.deep.equal(['absent', 'due']);
    });

    it('have names, and listeners that are functions', () => {
      for (const method of ['on', 'once', 'off'] as const) {
        expect(() => verifier[method]('evict' as never, () => undefined)).to.throw(
          ConfigurationError,
          'event: ',
        );
        expect(() => verifier[method]('refresh', 5 as never)).to.throw(ConfigurationError, 'listener: ');
      }
    });
  });

  describe('close', () => {
    it('rejects later calls, and whoever waits', async () => {
      issuer.fault = 'hang';
      const waiting = rejection(verifier.verify(issuer.token()));
      await time.settle();
      await verifier.close();
      const error = await waiting;
      expect(error).to.be.instanceOf(ProviderClosedError);
      expect(error.message).to.equal('This verifier is closed. Create a new one to verify tokens again.');
      for (const call of [
        verifier.verify(issuer.token()),
        verifier.verify(issuer.token(), { scope: 'a' }),
        verifier.verifyRequest(get(issuer.token())),
      ])
        expect(await rejection(call)).to.be.instanceOf(ProviderClosedError);
    });

    it('rejects tokens that were known, too', async () => {
      const token = issuer.token();
      await verifier.verify(token);
      await verifier.close();
      expect(await rejection(verifier.verify(token))).to.be.instanceOf(ProviderClosedError);
    });

    it('rejects at once who was about to ask for an unknown key', async () => {
      await verifier.verify(issuer.token());
      await time.pass(60_000);
      const call = rejection(verifier.verify(issuer.token({}, new SigningKey('k2'))));
      await verifier.close();
      expect(await call).to.be.instanceOf(ProviderClosedError);
      expect(issuer.asked).to.equal(1);
    });

    it('leaves no timer and no request behind', async () => {
      await verifier.verify(issuer.token());
      expect(time.armed).to.be.above(0);
      await verifier.close();
      await time.pass(30 * HOUR_MS);
      expect([time.armed, issuer.asked]).to.deep.equal([0, 1]);
    });

    it('may be called again, and by await using', async () => {
      const first = verifier.close();
      expect(verifier.close()).to.equal(first);
      expect(verifier[Symbol.asyncDispose]()).to.equal(first);
      await first;
      expect(verifier.status().state).to.equal('absent');
    });
  });

  it('leaves no rejection unhandled, of a renewal that nobody waits for', async () => {
    const unhandled = watchUnhandled();
    await verifier.verify(issuer.token());
    issuer.fault = 503;
    await time.pass(30 * HOUR_MS);
    expect(await unhandled()).to.deep.equal([]);
  });
});
