import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { createVerifier, type Verifier } from '../../lib/verify.js';
import { listening, SERVICES, type Service } from '../support/protected-services.js';
import { rejection } from '../support/rejection.js';
import { watchUnhandled } from '../support/unhandled.js';

/** The answer to a request with these lines of a header, as it comes: fetch would join them. */
async function rawAnswer(url: string, lines: readonly string[]): Promise<string> {
  const { port, pathname } = new URL(url);
  const socket = net.connect(Number(port), '127.0.0.1');
  socket.write([`GET ${pathname} HTTP/1.1`, 'Host: a', 'Connection: close', ...lines, '', ''].join('\r\n'));
  return text(socket);
}

describe('a verifier in web frameworks', () => {
  let server: TokenServer;
  let token: string;
  before(async () => {
    server = await startTokenServer({ clientId: 'caller' });
    token = server.sign({ scope: 'read' });
  });
  after(() => server.close());

  it('says nothing more where a time limit of the service has answered while keys were waited for', async () => {
    const verifier = createVerifier({ issuer: server.issuer, audience: 'caller', maxWaitMs: 100 });
    const check = verifier.middleware();
    const limited = http.createServer((request, response) => {
      setTimeout(() => response.writeHead(504).end(), 20);
      check(request, response, () => response.end('good'));
    });
    const service = await listening(limited.listen(0, '127.0.0.1'));
    server.fail('hang', 'metadata');
    const unhandled = watchUnhandled();
    try {
      const answer = await fetch(service.origin, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).to.equal(504);
      // Whoever asks later waits longer.
      expect(await rejection(verifier.verify(token))).to.have.property('code', 'ERR_KEYS_UNAVAILABLE');
      expect(await unhandled()).to.deep.equal([]);
    } finally {
      server.recover();
      await verifier.close();
      await service.close();
    }
  });

  for (const [name, start] of SERVICES) {
    describe(`in ${name}`, () => {
      let verifier: Verifier;
      let service: Service;
      before(async () => {
        verifier = createVerifier({ issuer: server.issuer, audience: 'caller', retry: { retries: 0 } });
        service = await start(verifier);
      });
      beforeEach(() => {
        server.recover();
      });
      after(async () => {
        server.recover();
        await service.close();
        await verifier.close();
      });

      const get = (path: string, authorization?: string) =>
        fetch(service.origin + path, { headers: authorization ? { authorization } : {} });

      const expectRefusal = async (answer: Response, status: number, code: string) => {
        expect(answer.status).to.equal(status);
        expect(await answer.json()).to.deep.equal({ error: code });
      };

      it('tells callers to come again while keys cannot be had', async () => {
        server.fail({ status: 503 }, 'metadata');
        const answer = await get('/things', `Bearer ${token}`);
        expect(Number(answer.headers.get('retry-after'))).to.be.within(1, 60);
        expect(answer.headers.has('www-authenticate')).to.equal(false);
        await expectRefusal(answer, 503, 'ERR_KEYS_UNAVAILABLE');
      });

      it('lets a good token pass, and the handler see its claims', async () => {
        const answer = await get('/things', `bearer ${token}`);
        expect(await answer.json()).to.deep.equal({ path: '/things', caller: 'caller', scope: ['read'] });
        expect(answer.status).to.equal(200);
      });

      it('asks for a token where there is none', async () => {
        for (const authorization of [undefined, 'Basic YTpi']) {
          const answer = await get('/things', authorization);
          expect(answer.headers.get('www-authenticate')).to.equal('Bearer');
          await expectRefusal(answer, 401, 'ERR_TOKEN_MISSING');
        }
      });

      it('refuses a token whose signature is wrong', async () => {
        const [header, claims, signature = ''] = token.split('.');
        const forged = [header, claims, [...signature].reverse().join('').replace(/.$/, 'A')].join('.');
        const answer = await get('/things', `Bearer ${forged}`);
        expect(answer.headers.get('www-authenticate')).to.match(/^Bearer error="invalid_token", /);
        await expectRefusal(answer, 401, 'ERR_TOKEN_SIGNATURE');
      });

      it('says which scope a token has not', async () => {
        const answer = await get('/orders', `Bearer ${token}`);
        expect(answer.headers.get('www-authenticate')).to.match(
          /^Bearer error="insufficient_scope", .*, scope="orders"$/,
        );
        await expectRefusal(answer, 403, 'ERR_TOKEN_SCOPE');
      });

      it('reads no request with two Authorization headers', async () => {
        const lines = [`Authorization: Bearer ${token}`, 'Authorization: Bearer another'];
        const answer = await rawAnswer(`${service.origin}/things`, lines);
        expect(answer).to.match(/^HTTP\/1\.1 400 /);
        expect(answer).to.match(/^www-authenticate: Bearer error="invalid_request"/im);
        expect(answer).to.contain('{"error":"ERR_REQUEST_MALFORMED"}');
      });

      it('leaves errors of the handler to the framework', async () => {
        const answer = await get('/broken', `Bearer ${token}`);
        expect(answer.status).to.equal(500);
        expect(answer.headers.has('www-authenticate')).to.equal(false);
        expect(await answer.text()).to.not.contain('ERR_');
      });

      it('leaves what is not of the token to the framework', async () => {
        await verifier.close();
        const answer = await get('/things', `Bearer ${token}`);
        expect(answer.status).to.equal(500);
        expect(answer.headers.has('www-authenticate')).to.equal(false);
      });
    });
  }
});
