import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import sinon from 'sinon';
import { makeMiddleware, type VerifierMiddleware } from '../../lib/verify/middleware.js';
import { TokenVerificationError } from '../../lib/verify/verification-error.js';
import { watchUnhandled } from '../support/unhandled.js';

const VERIFIED = Object.freeze({ claims: { sub: 'orders' }, scope: ['read'] });

const fakeResponse = () => ({ statusCode: 200, setHeader: sinon.spy(), end: sinon.spy() });

/** Calls a middleware, and waits for what it does. */
async function run(middleware: VerifierMiddleware, request: object = {}, response = fakeResponse()) {
  const next = sinon.spy();
  expect(middleware({ headers: {}, ...request }, response, next)).to.equal(undefined);
  await new Promise(setImmediate);
  return { request, response, next };
}

const refusing = (...made: ConstructorParameters<typeof TokenVerificationError>) =>
  makeMiddleware(() => Promise.reject(new TokenVerificationError(...made)));

describe('makeMiddleware', () => {
  it('lets a good request pass, with what was verified', async () => {
    const verify = sinon.stub().resolves(VERIFIED);
    const request = { headers: { authorization: 'Bearer t1' }, auth: undefined };
    const next = sinon.spy();
    const response = fakeResponse();
    makeMiddleware(verify)(request as never, response, next);
    await new Promise(setImmediate);
    expect(verify.args).to.deep.equal([[request]]);
    expect(request.auth).to.equal(VERIFIED);
    expect(next.args).to.deep.equal([[]]);
    expect([response.statusCode, response.setHeader.callCount, response.end.callCount]).to.deep.equal([
      200, 0, 0,
    ]);
  });

  it('answers in place of the application, and does not call it', async () => {
    const table = [
      ['ERR_TOKEN_MISSING', 401, 'WWW-Authenticate', 'Bearer'],
      [
        'ERR_REQUEST_MALFORMED',
        400,
        'WWW-Authenticate',
        'Bearer error="invalid_request", error_description="No."',
      ],
      ['ERR_TOKEN_EXPIRED', 401, 'WWW-Authenticate', 'Bearer error="invalid_token", error_description="No."'],
      [
        'ERR_TOKEN_SCOPE',
        403,
        'WWW-Authenticate',
        'Bearer error="insufficient_scope", error_description="No."',
      ],
      ['ERR_KEYS_UNAVAILABLE', 503, 'Retry-After', '1'],
    ] as const;
    for (const [code, status, name, value] of table) {
      const { response, next, request } = await run(refusing(code, 'No.'));
      expect(response.statusCode).to.equal(status);
      expect(response.setHeader.args).to.deep.equal([
        [name, value],
        ['Content-Type', 'application/json'],
      ]);
      expect(response.end.args).to.deep.equal([[`{"error":"${code}"}`]]);
      expect([next.callCount, 'auth' in request]).to.deep.equal([0, false]);
    }
  });

  it('gives errors of any other kind to next', async () => {
    for (const error of [new TypeError('ours'), new Error('closed'), 'text']) {
      const { response, next } = await run(makeMiddleware(() => Promise.reject(error)));
      expect(next.args).to.deep.equal([[error]]);
      expect([response.statusCode, response.end.callCount]).to.deep.equal([200, 0]);
    }
  });

  it('does not let a request pass that was answered in the meantime', async () => {
    const response = { ...fakeResponse(), headersSent: true };
    const { next, request } = await run(
      makeMiddleware(() => Promise.resolve(VERIFIED)),
      {},
      response,
    );
    expect([next.callCount, 'auth' in request]).to.deep.equal([0, false]);
  });

  it('leaves an answer alone that somebody else has begun in the meantime', async () => {
    const response = { ...fakeResponse(), headersSent: true };
    const { next } = await run(refusing('ERR_KEYS_UNAVAILABLE', 'No.'), {}, response);
    expect([response.statusCode, response.setHeader.callCount, response.end.callCount]).to.deep.equal([
      200, 0, 0,
    ]);
    expect(next.callCount).to.equal(0);
  });

  describe('in node:http', () => {
    let middleware: VerifierMiddleware;
    let server: http.Server;
    let address: string;
    beforeEach(async () => {
      server = http.createServer(
        (request: IncomingMessage & { auth?: unknown }, response: ServerResponse) => {
          middleware(request as never, response, (error) => {
            if (error) response.writeHead(500).end();
            else response.end(JSON.stringify(request.auth));
          });
        },
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    it('answers with the status, the challenge, and the code as JSON', async () => {
      middleware = refusing('ERR_TOKEN_SCOPE', 'Too little.', { scope: ['read'] });
      const answer = await fetch(address);
      expect(answer.status).to.equal(403);
      expect(answer.headers.get('www-authenticate')).to.equal(
        'Bearer error="insufficient_scope", error_description="Too little.", scope="read"',
      );
      expect(answer.headers.get('content-type')).to.equal('application/json');
      expect(await answer.json()).to.deep.equal({ error: 'ERR_TOKEN_SCOPE' });
    });

    it('says when to come again', async () => {
      middleware = refusing('ERR_KEYS_UNAVAILABLE', 'No keys.', { retryAfterMs: 7_001 });
      const answer = await fetch(address);
      expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([503, '8']);
      expect(answer.headers.has('www-authenticate')).to.equal(false);
    });

    it('lets the application answer', async () => {
      middleware = makeMiddleware(() => Promise.resolve(VERIFIED));
      expect(await (await fetch(address)).json()).to.deep.equal(VERIFIED);
      middleware = makeMiddleware(() => Promise.reject(new Error('ours')));
      expect((await fetch(address)).status).to.equal(500);
    });

    it('harms nobody where the request was answered before, by a timeout', async () => {
      const unhandled = watchUnhandled();
      const next = sinon.spy();
      middleware = (request, response) => {
        response.statusCode = 504;
        response.end('too late');
        refusing('ERR_KEYS_UNAVAILABLE', 'No keys.')(request, response, next);
      };
      const answer = await fetch(address);
      expect([answer.status, await answer.text()]).to.deep.equal([504, 'too late']);
      expect(await unhandled()).to.deep.equal([]);
      expect(next.callCount).to.equal(0);
    });
  });
});
