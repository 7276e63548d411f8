import { existsSync, statSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { expect } from 'chai';
import { TokenSocket } from '../../../lib/cli/run/token-socket.js';
import { TokenEndpointError, TokenUnavailableError } from '../../../lib/index.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { rejection } from '../../support/rejection.js';

const token = new AccessToken('abc', {
  tokenType: 'Bearer',
  scope: undefined,
  issuedAt: 0,
  dueAt: 0,
  expiresAt: Date.UTC(2100, 0),
});
const OWN = { Host: 'localhost', 'M2M-Token': '1' };

describe('TokenSocket', () => {
  let socket: TokenSocket;
  let refused: number;
  let getToken: () => Promise<AccessToken>;
  beforeEach(async () => {
    refused = 0;
    getToken = async () => token;
    socket = await TokenSocket.open({
      getToken: () => getToken(),
      onRefused: () => {
        refused += 1;
      },
    });
  });
  afterEach(() => socket.close());

  const ask = (url: string, headers: http.OutgoingHttpHeaders = OWN, method = 'GET') =>
    new Promise<{ status: number | undefined; headers: http.IncomingHttpHeaders; body: string }>(
      (resolve, reject) => {
        const request = http.request(
          { socketPath: socket.path, path: url, headers, method },
          async (response) => {
            let body = '';
            for await (const text of response) body += text;
            resolve({ status: response.statusCode, headers: response.headers, body });
          },
        );
        request.on('error', reject).end();
      },
    );
  /** All that comes back for these bytes. */
  const send = (bytes: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const connection = net.connect(socket.path, () => connection.write(bytes));
      connection.on('data', (text) => {
        answer += text;
      });
      connection.on('error', () => undefined).on('close', () => resolve(answer));
    });

  it('is for this user alone', () => {
    const mode = (file: string) => statSync(file).mode & 0o777;
    expect([mode(socket.path), mode(path.dirname(socket.path))]).to.deep.equal([0o600, 0o700]);
    expect(statSync(socket.path).isSocket()).to.equal(true);
  });

  it('gives the token: alone, as JSON, and as a header', async () => {
    const { status, headers, body } = await ask('/token');
    expect([status, body]).to.deep.equal([200, 'abc\n']);
    expect(headers).to.include({ 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' });
    const json = await ask('/token.json');
    expect(json.headers).to.include({ 'content-type': 'application/json' });
    expect(JSON.parse(json.body)).to.include({ access_token: 'abc', expires_at: '2100-01-01T00:00:00.000Z' });
    expect((await ask('/header')).body).to.equal('Authorization: Bearer abc\n');
    expect(refused).to.equal(0);
  });

  it('has no other paths, and says so', async () => {
    for (const url of ['/', '/token?x', '/tokens', '//token'])
      expect((await ask(url)).status, url).to.equal(404);
    const { headers, body } = await ask('/');
    expect(headers['m2m-error']).to.contain('/token, /token.json, /header');
    expect(body).to.equal('');
  });

  it('asks anew for each request', async () => {
    let asked = 0;
    getToken = async () => {
      asked += 1;
      return token;
    };
    await Promise.all([ask('/token'), ask('/header')]);
    expect(asked).to.equal(2);
  });

  it('tells a failure in a header, whatever its words are, and whether it may pass', async () => {
    getToken = async () => {
      throw new TokenUnavailableError('Not now.', Date.now() + 1_500);
    };
    const passing = await ask('/token');
    const told = ({ status, body, headers }: typeof passing) => [
      status,
      body,
      headers['m2m-error'],
      headers['retry-after'],
    ];
    expect(told(passing)).to.deep.equal([503, '', 'Not now.', '2']);
    expect(passing.headers).to.not.have.property('content-type');
    getToken = async () => {
      throw new TokenEndpointError('Refused:\nno\u001b \u20ac "d\u00e9j\u00e0".', {
        httpStatus: 401,
        permanent: true,
      });
    };
    for (const path of ['/token', '/token.json', '/header'])
      expect(told(await ask(path))).to.deep.equal([502, '', 'Refused: no\\u001b ? "d?j?".', undefined]);
    getToken = async () => {
      throw new Error('a fault of ours');
    };
    expect(await ask('/token')).to.include({ status: 500, body: '' });
  });

  it('does not answer what a browser could send', async () => {
    const requests: [http.OutgoingHttpHeaders, string?][] = [
      [{ Host: 'localhost' }],
      [{ ...OWN, Origin: 'http://localhost' }],
      [{ ...OWN, 'Sec-Fetch-Mode': 'no-cors' }],
      [{ ...OWN, Host: 'evil.example' }],
      [OWN, 'OPTIONS'],
      [OWN, 'POST'],
    ];
    for (const [headers, method] of requests) {
      const error = await rejection<NodeJS.ErrnoException>(ask('/token', headers, method));
      expect(error.code).to.equal('ECONNRESET');
    }
    expect(refused).to.equal(requests.length);
  });

  for (const bytes of [
    'rubbish\r\n\r\n',
    'GET /token HTTP/1.1\r\nHost: localhost\r\nM2M-Token: 1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n',
    'CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\nM2M-Token: 1\r\n\r\n',
    'POST /token HTTP/1.1\r\nHost: localhost\r\nM2M-Token: 1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n',
    'GET /token HTTP/1.1\r\nM2M-Token: 1\r\n\r\n',
    '\u0016\u0003\u0001\u0000\u0000',
  ]) {
    it(`sends no byte back for ${JSON.stringify(bytes.slice(0, 40))}`, async () => {
      expect(await send(bytes)).to.equal('');
    });
  }

  it('leaves nothing behind', async () => {
    const connection = net.connect(socket.path);
    const closed = new Promise((resolve) => connection.once('close', resolve));
    await new Promise((resolve) => connection.once('connect', resolve));
    socket.close();
    expect(existsSync(path.dirname(socket.path))).to.equal(false);
    connection.on('error', () => undefined);
    await closed;
    socket.close();
  });
});
