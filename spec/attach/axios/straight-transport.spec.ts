import { errorMonitor, once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { AxiosHeaders, type InternalAxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import sinon from 'sinon';
import {
  type Redirect,
  redirectedCopy,
  StraightTransport,
} from '../../../lib/attach/axios/straight-transport.js';
import { ApiServer } from '../../support/api-server.js';
import { CertificateAuthority } from '../../support/certificates.js';
import { rejection } from '../../support/rejection.js';

type Config = InternalAxiosRequestConfig;

const configOf = (changes: object): Config => ({ url: '/', headers: new AxiosHeaders(), ...changes });

describe('StraightTransport', () => {
  const USUAL: Record<string, object> = {
    nothing: {},
    'a text': { data: 'text' },
    bytes: { data: Buffer.from('bytes') },
    'no data': { data: null },
    'as many redirects as two': { maxRedirects: 2 },
    'what is not there': { transport: undefined, beforeRedirect: undefined },
  };
  for (const [what, changes] of Object.entries(USUAL)) {
    it(`is for requests with ${what}`, () => {
      expect(StraightTransport.isFor(configOf(changes))).to.equal(true);
    });
  }

  const SPECIAL: Record<string, object> = {
    'a stream': { data: Readable.from(['a']) },
    'a form': { data: new FormData() },
    'no redirects': { maxRedirects: 0 },
    'one redirect': { maxRedirects: 1 },
    'less than none': { maxRedirects: -1 },
    'a limit that is no number': { maxRedirects: Number.NaN },
    'a transport': { transport: http },
    'a hook': { beforeRedirect: () => undefined },
    'headers that are not for all': { sensitiveHeaders: ['X-Key'] },
    'a socket': { socketPath: '/run/api' },
    'progress to tell': { onUploadProgress: () => undefined },
    'a rate': { maxRate: 5 },
    'credentials in the URL': { url: 'http://user:password@api.example/' },
    'credentials in the base URL': { baseURL: 'http://user@api.example' },
  };
  for (const [what, changes] of Object.entries(SPECIAL)) {
    it(`is not for requests with ${what}`, () => {
      expect(StraightTransport.isFor(configOf(changes))).to.equal(false);
    });
  }

  describe('of a request', () => {
    let api: ApiServer;
    beforeEach(async () => {
      api = await ApiServer.start();
    });
    afterEach(() => api.stop());

    /** As axios uses a transport. */
    const send = (transport: StraightTransport, headers = {}, path = '/a?b', others = {}) =>
      new Promise<http.IncomingMessage>((resolve, reject) => {
        const { hostname, port } = new URL(api.origin);
        const options = { protocol: 'http:', hostname, port, path, headers, ...others };
        transport.request(options, resolve).on('error', reject).setTimeout(60_000).end();
      });

    it('tells where the answer came from, as follow-redirects does', async () => {
      const response = await send(new StraightTransport({}));
      response.resume();
      expect(response).to.deep.include({ responseUrl: `${api.origin}/a?b`, redirects: [] });
    });

    it('tells a redirect once, and gives axios an answer that nobody judges', async () => {
      api.answer = (_, response) => response.writeHead(307, { Location: '//else.example/c' }).write('no end');
      const transport = new StraightTransport({});
      const response = await send(transport);
      expect([response.statusCode, (await response.toArray()).length]).to.deep.equal([0, 0]);
      const { status, from, to } = transport.takeRedirect() ?? ({} as Redirect);
      expect([status, from.href, to.href]).to.deep.equal([307, `${api.origin}/a?b`, 'http://else.example/c']);
      expect(transport.takeRedirect()).to.equal(undefined);
    });

    for (const [location, to] of [
      ['/c', 'http://own.example:PORT/c'],
      ['http://else.example/c', 'http://else.example/c'],
      ['https://user:password@else.example/c', 'https://else.example/c'],
    ] as const) {
      it(`goes on from the host that the caller's own header names: ${location}`, async () => {
        api.answer = (_, response) => response.writeHead(302, { Location: location }).end();
        const transport = new StraightTransport({});
        await send(transport, { hOST: ' own.example ' });
        const { port } = new URL(api.origin);
        expect(transport.takeRedirect()?.to.href).to.equal(to.replace('PORT', port));
      });
    }

    for (const [status, location] of [
      [200, '/c'],
      [404, '/c'],
      [302, undefined],
    ] as const) {
      it(`gives axios what is no redirect: ${status} with ${location}`, async () => {
        api.answer = (_, response) =>
          response.writeHead(status, location ? { Location: location } : {}).end('body');
        const transport = new StraightTransport({});
        const response = await send(transport);
        expect([response.statusCode, await text(response)]).to.deep.equal([status, 'body']);
        expect(transport.takeRedirect()).to.equal(undefined);
      });
    }

    for (const [location, reason] of [
      ['http://', 'Invalid URL'],
      ['ftp://a.example/', 'Unsupported protocol ftp:'],
      ['xhttp://a.example/', 'Unsupported protocol xhttp:'],
      ['httpsx://a.example/', 'Unsupported protocol httpsx:'],
    ] as const) {
      it(`fails as follow-redirects does where nothing can be followed: ${location}`, async () => {
        api.answer = (_, response) => response.writeHead(302, { Location: location }).end();
        const transport = new StraightTransport({});
        expect(await rejection(send(transport))).to.include({
          name: 'Error [ERR_FR_REDIRECTION_FAILURE]',
          code: 'ERR_FR_REDIRECTION_FAILURE',
          message: `Redirected request failed: ${reason}`,
        });
        expect(transport.takeRedirect()).to.equal(undefined);
      });
    }

    it('takes the address of a request to a proxy from its path', async () => {
      const response = await send(new StraightTransport({}), {}, 'http://api.example/a?b');
      response.resume();
      expect(response).to.have.property('responseUrl', 'http://api.example/a?b');
    });

    it('goes to hosts of IPv6', async () => {
      const other = await ApiServer.start('::1');
      const { port } = new URL(other.origin);
      const response = await send(new StraightTransport({}), {}, '/a', { hostname: '::1', port });
      response.resume();
      await other.stop();
      expect(response).to.have.property('responseUrl', `http://[::1]:${port}/a`);
    });

    it('sends by https, and says so', async () => {
      const authority = await CertificateAuthority.create();
      const server = https.createServer(await authority.issue(['localhost']), (_, response) =>
        response.end(),
      );
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      const options = { protocol: 'https:', hostname: 'localhost', port, ca: authority.pem };
      const response = await send(new StraightTransport({}), {}, '/a', options);
      response.resume();
      server.closeAllConnections();
      server.close();
      expect(response).to.have.property('responseUrl', `https://localhost:${port}/a`);
    });

    it('leaves neither a timer nor listeners on a connection that is kept', async () => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const cleared = sinon.spy(globalThis, 'clearTimeout');
      const sockets = new Set<Socket>();
      for (let turn = 0; turn < 3; turn += 1) {
        const transport = new StraightTransport({ timeout: 60_000 });
        const response = await send(transport, {}, '/', { agent });
        sockets.add(response.socket);
        expect(cleared.lastCall.firstArg).to.have.property('_destroyed', true);
        await text(response);
      }
      sinon.restore();
      const [socket] = sockets;
      expect([
        sockets.size,
        socket?.listeners('timeout').filter((one) => one === socket.destroy).length,
      ]).to.deep.equal([1, 1]);
      agent.destroy();
    });

    for (const [what, end] of [
      ['fails', (request: http.ClientRequest) => request.destroy(new Error('mine'))],
      ['is given up', (request: http.ClientRequest) => request.destroy()],
    ] as const) {
      it(`keeps no timer for a request that ${what}`, async () => {
        api.answer = () => undefined;
        const { hostname, port } = new URL(api.origin);
        const onTimeout = sinon.spy();
        const set = sinon.spy(globalThis, 'setTimeout');
        const options = { protocol: 'http:', hostname, port, path: '/', headers: {} };
        const request = new StraightTransport({ timeout: 12_345 }).request(options, () => undefined);
        request
          .setTimeout(12_345, onTimeout)
          .on('error', () => undefined)
          .end();
        await once(request, 'socket');
        const timer = set.getCalls().find(({ args }) => args[1] === 12_345)?.returnValue;
        sinon.restore();
        const closed = new Promise((resolve) => request.once('close', resolve));
        end(request);
        await closed;
        expect(timer).to.have.property('_destroyed', true);
        expect(onTimeout.called).to.equal(false);
      });
    }

    it('goes on at the same host where the caller names none', async () => {
      api.answer = (_, response) => response.writeHead(302, { Location: '/c' }).end();
      const transport = new StraightTransport({});
      await send(transport, { Accept: 'a' });
      expect(transport.takeRedirect()).to.deep.include({ host: new URL(api.origin).host });
      await send(transport);
      expect(transport.takeRedirect()?.to.href).to.equal(`${api.origin}/c`);
    });

    it('fails by a redirect that leads nowhere, but for those who trace the request itself', async () => {
      api.answer = (_, response) => response.writeHead(302, { Location: 'ftp://else.example/' }).end();
      const traced = sinon.spy();
      const { hostname, port } = new URL(api.origin);
      const options = { protocol: 'http:', hostname, port, path: '/', headers: {} };
      const request = new StraightTransport({}).request(options, () => undefined);
      request.on(errorMonitor, traced).end();
      const [{ code }] = await new Promise<[{ code: string }]>((resolve) =>
        request.on('error', (...given) => resolve(given as never)),
      );
      expect([code, traced.callCount]).to.deep.equal(['ERR_FR_REDIRECTION_FAILURE', 0]);
    });

    it('sends by whatever has taken the place of the request function meanwhile', async () => {
      const request = sinon.spy(http, 'request');
      (await send(new StraightTransport({}))).resume();
      sinon.restore();
      expect(request.callCount).to.equal(1);
    });
  });
});

describe('redirectedCopy()', () => {
  const ALIKE = ['X-Host', 'Host-X', 'X-Content-Type', 'X-Cookie', 'Cookie-X', 'Authorization-X'];
  const HEADERS = {
    Accept: 'a',
    Host: 'b',
    'content-type': 'c',
    Cookie: 'd',
    Authorization: 'e',
    'Proxy-Authorization': 'f',
    // No more than names that resemble these.
    ...Object.fromEntries(ALIKE.map((name) => [name, 'g'])),
  };
  const go = (
    status: number,
    method: string | undefined,
    places: { from?: string; to?: string; host?: string } = {},
  ) => {
    const { from = 'https://a.example/x', to = 'https://a.example/y' } = places;
    const host = places.host ?? new URL(from).host;
    const headers = new AxiosHeaders(HEADERS);
    const sent = configOf({
      method,
      data: 'data',
      headers,
      params: { a: 1 },
      baseURL: 'https://base.example',
    });
    const next = redirectedCopy(sent, { status, headers: {}, from: new URL(from), host, to: new URL(to) });
    expect([sent.url, sent.data, { ...sent.headers }]).to.deep.equal(['/', 'data', HEADERS]);
    return next;
  };

  /** By status: the methods that stay, with their body, and those that become GET. */
  const METHODS: readonly (readonly [statuses: number[], kept: string[], changed: string[]])[] = [
    [[300, 304, 305, 307, 308], ['get', 'POST', 'post', 'PUT'], []],
    [
      [301, 302],
      ['GET', 'put', 'DELETE', 'HEAD'],
      ['POST', 'post'],
    ],
    [[303], ['get', 'HEAD'], ['POST', 'put', 'DELETE']],
  ];
  it('keeps method and body, but where RFC 9110 or history has it otherwise', () => {
    const outcomes = (statuses: number[], methods: string[]) =>
      statuses.flatMap((status) => methods.map((method) => [method, go(status, method)] as const));
    for (const [statuses, kept, changed] of METHODS) {
      for (const [method, next] of outcomes(statuses, kept))
        expect(next).to.deep.include({ method, data: 'data' });
      for (const [, next] of outcomes(statuses, changed))
        expect(next).to.deep.include({ method: 'get', data: undefined });
    }
    expect([go(303, undefined).data, go(301, undefined).data]).to.deep.equal(['data', 'data']);
  });

  it('drops what belongs to the body together with it', () => {
    const { method, headers } = go(303, 'PUT');
    expect([method, Object.keys(headers)]).to.deep.equal([
      'get',
      ['Accept', 'Cookie', 'Authorization', ...ALIKE],
    ]);
  });

  const keepsSecrets = (from: string, to: string, host?: string) => {
    const { headers } = go(307, 'GET', { from, to, ...(host && { host }) });
    expect('Authorization' in headers).to.equal('Cookie' in headers);
    expect(headers).to.include.keys(...ALIKE);
    return 'Cookie' in headers;
  };
  it("takes the caller's cookies along within the origin, as newer axios does, and nowhere else", () => {
    const from = 'https://a.example/x';
    for (const to of ['https://a.example/y', 'https://a.example:443/'])
      expect(keepsSecrets(from, to), to).to.equal(true);
    for (const to of [
      'http://a.example/',
      'https://b.example/',
      'https://a.example:444/',
      'https://xa.example/',
      'https://sub.a.example/',
    ])
      expect(keepsSecrets(from, to), to).to.equal(false);
    expect(keepsSecrets('http://a.example/', 'https://a.example/')).to.equal(false);
    expect(keepsSecrets('https://own.example/', 'https://own.example/', 'own.example')).to.equal(true);
    expect(keepsSecrets(from, 'https://own.example/', 'own.example')).to.equal(false);
    expect(keepsSecrets(from, from, 'own.example')).to.equal(false);
  });

  it('leads to the address alone, and allows one redirect less', () => {
    const { url, baseURL, params, maxRedirects, transport } = go(307, 'get');
    expect([url, baseURL, params, maxRedirects, transport]).to.deep.equal([
      'https://a.example/y',
      undefined,
      undefined,
      20,
      undefined,
    ]);
  });
});
