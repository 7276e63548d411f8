import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import AgentOfManyTimeouts from 'agentkeepalive';
import axios, { type AxiosInstance } from 'axios';
import axios12 from 'axios-1.2';
import { expect } from 'chai';
import fc from 'fast-check';
import { attachToken } from '../../lib/index.js';
import { fakeProvider } from '../../lib/testing.js';
import { ApiServer, type Seen } from '../support/api-server.js';
import { outcomeOf } from '../support/axios-outcome.js';
import { axiosRecipes, makeConfig, type Recipe } from '../support/axios-recipes.js';
import { type Conversation, RawServer } from '../support/raw-server.js';
import { muteTokenWarnings } from '../support/warnings.js';

const TOKEN = 'a-token-of-many-letters';
const VERSIONS = { '1.2': axios12 as unknown as typeof axios, newest: axios };

function pairOf({ create }: typeof axios, baseURL: string) {
  const [plain, attached] = [create({ baseURL }), create({ baseURL })];
  attachToken(attached, fakeProvider({ token: TOKEN }));
  return { plain, attached };
}

const GZIPPED = gzipSync('yes');
/** Answers of one kind, however the path goes on. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse, status: string) => unknown>> = {
  ok: (response) => response.end('yes'),
  json: (response) => response.setHeader('Content-Type', 'application/json').end('{"a":1}'),
  gzip: (response) => response.setHeader('Content-Encoding', 'gzip').end(GZIPPED),
  status: (response, status) => response.writeHead(Number(status)).end('body'),
};

/** Where redirects lead. */
const GOALS: Readonly<Record<string, (api: string, other: string, status: string) => string>> = {
  same: () => '/ok?same',
  other: (_, other) => `${other}/ok`,
  back: (_, other, status) => `${other}/redirect/${status}/home`,
  home: (api) => `${api}/ok?home`,
  again: (_, __, status) => `/redirect/${status}/same`,
  loop: (_, __, status) => `/redirect/${status}/loop`,
  query: () => '?only=query',
  network: (_, other) => `${other.slice('http:'.length)}/ok?network`,
  nowhere: () => '',
  bad: () => 'http://',
  scheme: () => 'ftp://127.0.0.1/',
  utf8: () => Buffer.from('/ok?ä').toString('latin1'),
  user: (api) => `${api.replace('//', '//user:password@')}/ok`,
  fragment: () => '/ok#there',
  endless: () => '/ok?endless',
};
const PATHS = [
  ...['/ok', '/ok?a=1&b=%C3%A4#f', '/status/204', '/status/404', '/status/302', '/json', '/gzip'],
  ...[300, 301, 302, 303, 304, 305, 307, 308].flatMap((status) =>
    Object.keys(GOALS).map((goal) => `/redirect/${status}/${goal}`),
  ),
];

const shownRequest = ({ headers: { authorization: _, ...headers }, ...others }: Seen) => ({
  ...others,
  headers,
});

describe('an axios with a token does what axios does', function () {
  this.timeout(240_000);
  let api: ApiServer;
  let other: ApiServer;
  muteTokenWarnings();

  const answer: ApiServer['answer'] = ({ url }, response) => {
    const [, kind = '', status = '', goal = ''] = url.split(/[/?]/);
    const isTheEnd = kind !== 'redirect' || url.includes('only=query');
    if (isTheEnd) return ANSWERS[kind === 'redirect' ? 'ok' : kind]?.(response, status);
    const location = GOALS[goal]?.(api.origin, other.origin, status);
    response.writeHead(Number(status), location ? { Location: location } : {});
    if (goal !== 'endless') return response.end('body');
    response.write('no end');
    // Whoever does not follow waits for one.
    return setTimeout(() => response.end(), 20);
  };

  before(async () => {
    [api, other] = await Promise.all([ApiServer.start(), ApiServer.start()]);
    for (const server of [api, other]) server.answer = answer;
  });
  after(() => Promise.all([api, other].map((server) => server.stop())));

  for (const [version, library] of Object.entries(VERSIONS)) {
    it(`whatever it is asked for, and wherever it is sent on, axios ${version}`, async () => {
      const { plain, attached } = pairOf(library, api.origin);
      let carried = 0;
      const run = async (instance: AxiosInstance, recipe: Recipe) => {
        for (const server of [api, other]) server.seen.length = 0;
        const outcome = await outcomeOf(instance.request(makeConfig(recipe)));
        return { outcome, seen: [api, other].map(({ seen }) => seen.map(shownRequest)) };
      };
      const check = async (recipe: Recipe) => {
        // 1.2 takes it along to where it is sent on; newer ones do not, and neither do we.
        fc.pre(version !== '1.2' || !('Proxy-Authorization' in (makeConfig(recipe).headers ?? {})));
        const expected = await run(plain, recipe);
        expect(await run(attached, recipe)).to.deep.equal(expected);
        expect(JSON.stringify(other.seen)).to.not.contain(TOKEN);
        carried += api.seen.filter(({ headers }) => headers.authorization === `Bearer ${TOKEN}`).length;
      };
      await fc.assert(fc.asyncProperty(axiosRecipes(PATHS), check), { numRuns: 1_500 });
      expect(carried).to.be.above(750);
    });
  }
});

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n';
const REDIRECT = 'HTTP/1.1 302 Found\r\nLocation: /next\r\n';
const MISHAPS: Readonly<Record<string, Conversation>> = {
  'no answer': () => undefined,
  'a head without an end': (socket) => {
    socket.write(`${HEAD}X: `);
    const timer = setInterval(() => socket.write('x'), 5);
    socket.once('close', () => clearInterval(timer));
  },
  'a body without an end': (socket) => socket.write(`${HEAD}\r\nabc`),
  'a redirect, and nothing after that': (socket, request) =>
    request.startsWith('GET / ') && socket.write('HTTP/1.1 302 Found\r\nLocation: /next\r\n\r\n'),
  'a connection that ends': (socket) => socket.destroy(),
  'a switch to another protocol': (socket) =>
    socket.write('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  'a redirect whose body is broken': (socket, request) =>
    socket.write(
      request.startsWith('GET / ')
        ? `${REDIRECT}Transfer-Encoding: chunked\r\n\r\nzz\r\n`
        : `${HEAD}\r\n123456789`,
    ),
  'a redirect, and more than its body': (socket, request) =>
    socket.write(
      request.startsWith('GET / ') ? `${REDIRECT}Content-Length: 0\r\n\r\nrubbish` : `${HEAD}\r\n123456789`,
    ),
  rubbish: (socket) => socket.write('rubbish\r\n\r\n'),
  'an early hint': (socket) => socket.write(`HTTP/1.1 103 Hints\r\n\r\n${HEAD}\r\n123456789`),
};

describe('an axios with a token and a timeout fails as axios does', () => {
  for (const [version, library] of Object.entries(VERSIONS)) {
    for (const [name, converse] of Object.entries(MISHAPS)) {
      it(`with ${name}, axios ${version}`, async () => {
        const server = await RawServer.start(converse);
        const { plain, attached } = pairOf(library, `http://127.0.0.1:${server.port}`);
        const sent = [plain, attached].map((instance) => outcomeOf(instance.get('/', { timeout: 100 })));
        const [expected, own] = await Promise.all(sent);
        await server.stop();
        expect(own).to.deep.equal(expected);
      });
    }
  }

  it('with a connection that is never made', async () => {
    const { plain, attached } = pairOf(axios, 'http://localhost:9');
    const config = { lookup: () => undefined, timeout: 50 } as object;
    const [expected, own] = await Promise.all(
      [plain, attached].map((instance) => outcomeOf(instance.get('/', config))),
    );
    expect(own).to.deep.equal(expected);
    expect(own).to.have.nested.property('thrown[1]', 'ECONNABORTED');
  });
});

describe('an axios with a token leaves and heeds no more than axios does', () => {
  let api: ApiServer;
  beforeEach(async () => {
    api = await ApiServer.start();
    api.answer = ({ url }, response) => {
      if (url === '/there') return response.writeHead(302, { Location: '/here' }).end();
      return setTimeout(() => response.end('late'), url === '/slow' ? 150 : 0);
    };
  });
  afterEach(() => api.stop());

  for (const [version, library] of Object.entries(VERSIONS)) {
    it(`nothing on a signal or a cancelToken after a stream that a redirect led to, axios ${version}`, async () => {
      const { attached } = pairOf(library, api.origin);
      const { signal } = new AbortController();
      const { token } = library.CancelToken.source();
      for (const ending of [{ signal }, { cancelToken: token }]) {
        const { data } = await attached.get('/there', { responseType: 'stream', ...ending });
        expect(await text(data)).to.equal('late');
      }
      await new Promise(setImmediate);
      const { _listeners: listeners } = token as { _listeners?: unknown[] };
      expect([getEventListeners(signal, 'abort'), listeners ?? []]).to.deep.equal([[], []]);
    });

    it(`with an agent that has a timeout of its own, axios ${version}`, async () => {
      const { plain, attached } = pairOf(library, api.origin);
      for (const path of ['/slow', '/there']) {
        const outcomes = [];
        for (const instance of [plain, attached]) {
          const httpAgent = new AgentOfManyTimeouts({ timeout: 50 });
          outcomes.push(await outcomeOf(instance.get(path, { httpAgent })));
          httpAgent.destroy();
        }
        expect(outcomes[1]).to.deep.equal(outcomes[0]);
        expect(outcomes[1]).to.have.property('body', 'late');
      }
    });
  }
});
