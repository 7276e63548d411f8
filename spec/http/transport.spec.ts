import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import zlib from 'node:zlib';
import KeepAliveAgent from 'agentkeepalive';
import axios from 'axios';
import MockAdapter from 'axios-mock-adapter';
import { expect } from 'chai';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { Transport } from '../../lib/http/transport.js';
import { CertificateAuthority } from '../support/certificates.js';
import { jsonAnswer, RawServer } from '../support/raw-server.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';

const never = new AbortController().signal;
const request = (url: string) => ({
  url,
  headers: { Authorization: 'Basic czNjcmV0', 'Content-Type': 'application/x-www-form-urlencoded' },
  body: 'grant_type=client_credentials',
});

describe('Transport', () => {
  let server: RawServer;
  beforeEach(async () => {
    server = await RawServer.start((socket) => socket.end(jsonAnswer(418, { a: 1 }, 'Retry-After: 5\r\n')));
  });
  afterEach(() => server.stop());
  const url = () => `http://127.0.0.1:${server.port}/token?tenant=1`;

  it('posts the request, and gives any answer whole, as text', async () => {
    const answer = await new Transport(undefined).send(request(url()), never);
    expect(answer).to.include({ status: 418, body: '{"a":1}' });
    expect(answer.header('retry-after')).to.equal('5');
    expect(answer.header('x-none')).to.equal(undefined);
    const [sent] = server.requests;
    expect(sent)
      .to.match(/^POST \/token\?tenant=1 HTTP\/1\.1\r\n/)
      .and.match(/\r\n\r\ngrant_type=client_credentials$/);
    expect(sent).to.match(/^Authorization: Basic czNjcmV0\r$/m);
  });

  it('inherits nothing that the application put into axios.defaults', async () => {
    const before = { ...axios.defaults.headers.common };
    const { adapter } = axios.defaults;
    Object.assign(axios.defaults.headers.common, { 'X-Other-Key': 'for another server' });
    axios.defaults.auth = { username: 'other', password: 'other' };
    axios.defaults.adapter = () => Promise.reject(new Error('for another server'));
    try {
      await new Transport(undefined).send(request(url()), never);
    } finally {
      axios.defaults.headers.common = before as typeof axios.defaults.headers.common;
      delete axios.defaults.auth;
      Object.assign(axios.defaults, { adapter });
    }
    expect(server.requests[0]).to.not.contain('X-Other-Key').and.not.contain(btoa('other:other'));
  });

  it('wins over the settings of an instance that would make the request unsafe or another one', async () => {
    const http = axios.create({
      baseURL: 'https://elsewhere.example/',
      params: { evil: '1' },
      auth: { username: 'other', password: 'other' },
      headers: { Authorization: 'Bearer other' },
      transformRequest: () => 'evil',
      transformResponse: () => 'evil',
      validateStatus: () => false,
      responseType: 'stream',
      maxRedirects: 5,
      timeout: 1,
      method: 'get',
    });
    const answer = await new Transport(http).send(request(url()), never);
    expect(answer).to.include({ status: 418, body: '{"a":1}' });
    expect(server.requests[0])
      .to.match(/^POST \/token\?tenant=1 /)
      .and.match(/\r\n\r\ngrant_type=client_credentials$/);
    expect(server.requests[0]).to.contain('Basic czNjcmV0').and.not.contain(btoa('other:other'));
  });

  it('unpacks an answer also where an instance would not', async () => {
    const body = zlib.gzipSync('{"a":1}');
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`;
    const packed = await RawServer.start((socket) => socket.end(Buffer.concat([Buffer.from(head), body])));
    const http = axios.create({ decompress: false });
    try {
      const answer = await new Transport(http).send(request(`http://127.0.0.1:${packed.port}/`), never);
      expect(answer.body).to.equal('{"a":1}');
    } finally {
      await packed.stop();
    }
  });

  it('sends no Authorization at all when the credentials are in the body', async () => {
    const http = axios.create({
      headers: { Authorization: 'Bearer other' },
      auth: { username: 'a', password: 'b' },
    });
    const { Authorization, ...headers } = request('').headers;
    await new Transport(http).send({ ...request(url()), headers }, never);
    expect(server.requests[0]).to.not.match(/^authorization:/im);
  });

  it('never takes plain http to this machine out to a proxy', async () => {
    const proxy = await RawServer.start((socket) => socket.end(jsonAnswer(200, {})));
    process.env.http_proxy = `http://127.0.0.1:${proxy.port}`;
    try {
      await new Transport(undefined).send(request(url()), never);
      await new Transport(undefined).send(request(url().replace('127.0.0.1', 'localhost')), never);
      await new Transport(axios.create({ proxy: { host: '127.0.0.1', port: proxy.port } })).send(
        request(url()),
        never,
      );
      expect([proxy.requests.length, server.requests.length]).to.deep.equal([0, 3]);
    } finally {
      delete process.env.http_proxy;
      await proxy.stop();
    }
  });

  it('takes plain http to elsewhere, which was allowed, to the proxy that is set for it', async () => {
    const proxy = await RawServer.start((socket) => socket.end(jsonAnswer(418, {})));
    process.env.http_proxy = `http://127.0.0.1:${proxy.port}`;
    try {
      const { status } = await new Transport(undefined).send(request('http://as.example/token'), never);
      expect([status, proxy.requests.length]).to.deep.equal([418, 1]);
      expect(proxy.requests[0]).to.match(/^POST http:\/\/as\.example\/token HTTP\/1\.1\r\n/);
      process.env.no_proxy = '0.0.0.0';
      await new Transport(undefined).send(request(`http://0.0.0.0:${server.port}/`), never);
      expect([proxy.requests.length, server.requests.length]).to.deep.equal([1, 1]);
    } finally {
      delete process.env.http_proxy;
      delete process.env.no_proxy;
      await proxy.stop();
    }
  });

  it('leaves https to the proxy of an instance', async () => {
    const proxy = { host: 'proxy.example', port: 3_128 };
    const script = new ScriptedServer();
    Object.assign(script.http.defaults, { proxy });
    script.respond = (scripted) => scripted.answer(200, '{}');
    await new Transport(script.http).send(request('https://as.example/'), never);
    expect(script.last.config.proxy).to.deep.equal(proxy);
  });

  it('takes what an adapter or interceptor of the user has parsed', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const table: [unknown, string][] = [
      [{ access_token: 'abc', expires_in: 600 }, '{"access_token":"abc","expires_in":600}'],
      [[1], '[1]'],
      ['{"a":1}', '{"a":1}'],
      [Buffer.from('{"a":"é"}'), '{"a":"é"}'],
      [null, ''],
      [undefined, ''],
      [7, ''],
      [circular, ''],
      [{ toJSON: () => undefined }, ''],
    ];
    for (const [data, body] of table) {
      const script = new ScriptedServer();
      script.http.interceptors.response.use((response) => ({ ...response, data, headers: {} }));
      script.respond = (scripted) => scripted.answer(200, '{}');
      const answer = await new Transport(script.http).send(request('https://as.example/'), never);
      expect(answer).to.include({ body });
    }
  });

  it('takes the answers of axios-mock-adapter', async () => {
    const http = axios.create();
    // Its types are those of axios's CommonJS build.
    const mock = new MockAdapter(http as never);
    mock.onPost('https://as.example/').reply(200, { access_token: 'abc' }, { 'Retry-After': '5' });
    const answer = await new Transport(http).send(request('https://as.example/'), never);
    expect(answer).to.include({ status: 200, body: '{"access_token":"abc"}' });
    expect(answer.header('retry-after')).to.equal('5');
  });

  it('reads headers whatever case an adapter writes them in, but none that is a list', async () => {
    const script = new ScriptedServer();
    script.respond = (scripted) =>
      scripted.answer(503, '', { 'Retry-After': '7', Date: ['a', 'b'] as never });
    const answer = await new Transport(script.http).send(request('https://as.example/'), never);
    expect([answer.header('retry-after'), answer.header('date')]).to.deep.equal(['7', undefined]);
  });

  it('says so when an interceptor gives something else than the response', async () => {
    for (const odd of [undefined, 'text', { access_token: 'abc' }]) {
      const script = new ScriptedServer();
      script.http.interceptors.response.use(() => odd as never);
      script.respond = (scripted) => scripted.answer(200, '{}');
      const error = await rejection(new Transport(script.http).send(request('https://as.example/'), never));
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ permanent: true, reason: 'ERR_HTTP_OPTION' });
      expect(error.message).to.match(/given as http gave no response\. Perhaps an interceptor gives/);
    }
  });

  describe('with connections that are kept alive', () => {
    type Server = http.Server | https.Server;
    let authority: CertificateAuthority;
    before(async () => {
      authority = await CertificateAuthority.create();
    });

    /** Answers the first request of each connection, and resets the connection when a second one comes. */
    const start = async (isSecure: boolean, meet: (socket: Socket) => void) => {
      const counts = new Map<Socket, number>();
      const seen: number[] = [];
      const listener: http.RequestListener = ({ socket }, response) => {
        const count = (counts.get(socket) ?? 0) + 1;
        counts.set(socket, count);
        seen.push(count);
        if (count === 1) response.end('{}');
        else meet(socket);
      };
      const made: Server = isSecure
        ? https.createServer(await authority.issue(['localhost']), listener)
        : http.createServer(listener);
      await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
      const { port } = made.address() as AddressInfo;
      const stop = (): void => {
        made.closeAllConnections();
        made.close();
      };
      return { url: `${isSecure ? 'https' : 'http'}://localhost:${port}/`, seen, stop };
    };

    const options = { keepAlive: true, maxSockets: 1 };
    const agents: readonly (readonly [string, boolean, () => object])[] = [
      ['http.Agent', false, () => ({ httpAgent: new http.Agent(options) })],
      ['https.Agent', true, () => ({ httpsAgent: new https.Agent({ ...options, ca: authority.pem }) })],
      ['agentkeepalive', false, () => ({ httpAgent: new KeepAliveAgent(options) })],
      [
        'agentkeepalive over TLS',
        true,
        () => ({ httpsAgent: new KeepAliveAgent.HttpsAgent({ ...options, ca: authority.pem }) }),
      ],
    ];
    for (const [name, isSecure, makeAgent] of agents) {
      it(`of ${name} sends again at once what met a closed one`, async () => {
        const kept = await start(isSecure, (socket) => socket.destroy());
        const transport = new Transport(axios.create(makeAgent()));
        try {
          for (let count = 0; count < 3; count += 1)
            expect(await transport.send(request(kept.url), never)).to.include({ status: 200 });
          expect(kept.seen).to.deep.equal([1, 2, 1, 2, 1]);
        } finally {
          kept.stop();
        }
      });
    }

    it('sends again once, and no new connection that is closed', async () => {
      const closing = await RawServer.start((socket) => socket.resetAndDestroy());
      const httpAgent = new http.Agent(options);
      const transport = new Transport(axios.create({ httpAgent }));
      const failed = await rejection(transport.send(request(`http://localhost:${closing.port}/`), never));
      expect(failed).to.have.property('code', 'ECONNRESET');
      expect(closing.requests).to.have.length(1);
      await closing.stop();
    });

    it('sends nothing again when a part of the answer has come', async () => {
      const kept = await start(false, (socket) =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{', () => socket.destroy()),
      );
      const transport = new Transport(axios.create({ httpAgent: new http.Agent(options) }));
      try {
        await transport.send(request(kept.url), never);
        await rejection(transport.send(request(kept.url), never));
        expect(kept.seen).to.deep.equal([1, 2]);
      } finally {
        kept.stop();
      }
    });

    it('sends nothing again when it is no longer wanted', async () => {
      const own = new AbortController();
      const kept = await start(false, (socket) => {
        own.abort();
        socket.destroy();
      });
      const transport = new Transport(axios.create({ httpAgent: new http.Agent(options) }));
      try {
        await transport.send(request(kept.url), own.signal);
        await rejection(transport.send(request(kept.url), own.signal));
        expect(kept.seen).to.deep.equal([1, 2]);
      } finally {
        kept.stop();
      }
    });
  });

  it('stops when the signal is aborted', async () => {
    const own = new AbortController();
    const silent = await RawServer.start(() => own.abort());
    try {
      const sending = new Transport(undefined).send(request(`http://127.0.0.1:${silent.port}/`), own.signal);
      expect(await rejection(sending)).to.have.property('code', 'ERR_CANCELED');
    } finally {
      await silent.stop();
    }
  });
});
