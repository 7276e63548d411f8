import { expect } from 'chai';
import { runChild } from '../support/child.js';

const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** A token endpoint in the child, which lets the child end, and the means to load this package at any moment. */
const PRELUDE = `
  import net from 'node:net';
  import { mock } from 'node:test';
  import sinon from 'sinon';
  const real = { setImmediate, setTimeout };
  const bodyOf = (expires_in) => JSON.stringify({ access_token: 't' + requests, token_type: 'Bearer', expires_in });
  const grant = (socket, expiresIn = 600) => {
    const body = bodyOf(expiresIn);
    socket.end('HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: ' + body.length + '\\r\\n\\r\\n' + body);
  };
  let requests = 0;
  let converse = grant;
  const server = net.createServer((socket) => {
    socket.unref().on('error', () => undefined).once('data', () => { requests += 1; converse(socket); });
  }).unref();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const load = () => import(${here('../../lib/index.ts')});
  const options = {
    tokenEndpoint: 'http://127.0.0.1:' + server.address().port + '/token', clientId: 'acme', clientSecret: 's',
  };
  const connect = async (more) => new (await load()).TokenProvider({ ...options, ...more });
  const outcome = (token) => token.catch(({ name, code }) => (name === 'AbortError' ? name : code));
`;

/** Nothing but a caller who waits keeps such a child alive: it would end with code 13 otherwise. */
const run = (source: string) => runChild(PRELUDE + source);

const WAYS_TO_FAKE = {
  'all of sinon but nextTick, without which no socket of Node.js works': `sinon.useFakeTimers({ toFake: [
    'setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval', 'Date', 'performance',
    'hrtime', 'queueMicrotask',
  ] });`,
  'setTimeout of sinon': "sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });",
  'all of node:test': `
    // It is experimental in Node.js 20, which says so.
    process.removeAllListeners('warning');
    mock.timers.enable();`,
  'timers that never fire, and are numbers': `
    let id = 0;
    globalThis.setTimeout = globalThis.setInterval = globalThis.setImmediate = () => (id += 1);
    globalThis.clearTimeout = globalThis.clearInterval = globalThis.clearImmediate = () => undefined;`,
};

describe('a process whose timers are faked', () => {
  for (const [name, fake] of Object.entries(WAYS_TO_FAKE)) {
    for (const [when, source] of [
      ['before this package is loaded', `${fake} await load();`],
      ['when this package is loaded', `await load(); ${fake}`],
    ]) {
      it(`gets its token: ${name}, ${when}`, async () => {
        const child = await run(`
          ${source}
          const provider = await connect();
          console.log(await provider.getToken(), await provider.getToken({ scope: 'x' }), requests);
          await provider.close();
        `);
        expect(child).to.include({ stderr: '', stdout: 't1 t2 2\n', code: 0 });
      });
    }
  }

  it('gets its token from an adapter of its own where nextTick is faked as well', async () => {
    const child = await run(`
      const { default: axios } = await import('axios');
      const provider = await connect({ http: axios.create({ adapter: (config) => {
        requests += 1;
        return new Promise((resolve) => real.setImmediate(resolve, { status: 200, headers: {}, data: bodyOf(600), config }));
      } }) });
      sinon.useFakeTimers();
      const token = await provider.getToken();
      sinon.restore();
      console.log(token);
    `);
    expect(child).to.include({ stderr: '', stdout: 't1\n', code: 0 });
  });

  it('waits for secret suppliers and resolveClient, which nothing else keeps alive', async () => {
    const child = await run(`
      sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const soon = (value) => new Promise((resolve) => real.setTimeout(resolve, 100, value).unref());
      const provider = await connect({
        clientSecret: () => soon('s'), resolveClient: () => soon({ clientSecret: 's' }),
      });
      console.log(await provider.getToken(), await provider.getToken({ clientId: 'globex' }));
    `);
    expect(child).to.include({ stderr: '', stdout: 't1 t2\n', code: 0 });
  });

  it('follows its own clock: attempts, timeouts and waits pass when that is moved on', async () => {
    const child = await run(`
      const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'Date', 'performance'] });
      const provider = await connect({ requestTimeoutMs: 5_000, retry: { minDelayMs: 10, maxDelayMs: 10 } });
      const failures = [];
      provider.on('retry', ({ error }) => {
        failures.push(error.reason);
        converse = failures.length === 1 ? () => real.setImmediate(() => clock.tick(5_000)) : grant;
        clock.tickAsync(10);
      });
      converse = (socket) => socket.resetAndDestroy();
      console.log(await outcome(provider.getToken()), failures.join());
      converse = () => real.setImmediate(() => clock.tick(300));
      console.log(await outcome(provider.getToken({ scope: 'x', maxWaitMs: 300 })));
      await provider.close();
    `);
    expect(child).to.include({
      stderr: '',
      stdout: 't3 ECONNRESET,ETIMEDOUT\nERR_TOKEN_UNAVAILABLE\n',
      code: 0,
    });
  });

  it('ends although it has forgotten a caller, when that would have waited long enough', async () => {
    const child = await run(`
      const { TokenProvider } = await load();
      sinon.useFakeTimers();
      converse = () => undefined;
      const provider = new TokenProvider({ ...options, maxWaitMs: 200 });
      for (let count = 0; count < 3; count += 1) provider.getToken();
      console.log('asked');
    `);
    expect(child).to.include({ stderr: '', stdout: 'asked\n', code: 0 });
  });

  it('clears timers by the clock that armed them', async () => {
    const child = await run(`
      const provider = await connect({ maxWaitMs: 3_600_000 });
      let answer;
      converse = (socket) => { answer = () => grant(socket); asked(); };
      let asked;
      const isAsked = new Promise((resolve) => { asked = resolve; });
      const token = provider.getToken();
      await isAsked;
      sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      answer();
      console.log(await token);
    `);
    expect(child).to.include({ stderr: '', stdout: 't1\n', code: 0 });
  });
});

describe('a process whose timers are numbers', () => {
  it('renews, times out, and closes, with no uncaught exception', async () => {
    const child = await run(`
      const timers = new Map();
      let lastId = 0;
      globalThis.setTimeout = (callback, ms, ...args) => {
        const id = (lastId += 1);
        timers.set(id, real.setTimeout(callback, ms, ...args));
        return id;
      };
      const { clearTimeout } = globalThis;
      globalThis.clearTimeout = (id) => clearTimeout(timers.get(id));
      const provider = await connect({ requestTimeoutMs: 2_000, retry: { retries: 0, minDelayMs: 10 } });
      const renewed = new Promise((resolve) => provider.on('refresh', () => requests === 2 && resolve()));
      converse = (socket) => grant(socket, requests === 1 ? 4 : 600);
      await provider.getToken();
      await renewed;
      converse = () => undefined;
      console.log(await outcome(provider.getToken({ scope: 'x' })), requests);
      await provider.close();
      process.exit();
    `);
    expect(child).to.include({ stderr: '', stdout: 'ERR_TOKEN_UNAVAILABLE 3\n', code: 0 });
  });
});

/** As old polyfills have it: neither `reason` nor `throwIfAborted()`, and no `EventTarget` that Node.js knows. */
const FOREIGN_SIGNALS = `
  class ForeignSignal {
    aborted = false;
    #listeners = new Set();
    addEventListener(type, listener) { this.#listeners.add(listener); }
    removeEventListener(type, listener) { this.#listeners.delete(listener); }
    ring() { this.aborted = true; for (const listener of this.#listeners) listener({ type: 'abort', target: this }); }
  }
  class ForeignController {
    #signal = new ForeignSignal();
    get signal() { return this.#signal; }
    abort() { if (!this.#signal.aborted) this.#signal.ring(); }
  }
`;

describe('a process with foreign AbortSignals', () => {
  for (const [where, replace] of [
    ['of its own', ''],
    ['in place of those of Node.js', 'globalThis.AbortController = ForeignController;'],
  ]) {
    it(`takes signals ${where}: callers leave by them, and attempts and timeouts go on`, async () => {
      const child = await run(`
        ${FOREIGN_SIGNALS} ${replace}
        const provider = await connect({
          requestTimeoutMs: 200, retry: { retries: 10, minDelayMs: 1, maxDelayMs: 5 },
          resolveClient: async () => ({ clientSecret: 's' }),
        });
        const reasons = new Set();
        provider.on('retry', ({ error }) => reasons.add(error.reason));
        const own = new ForeignController();
        converse = () => { own.abort(); converse = grant; };
        const stays = provider.getToken();
        console.log(await outcome(provider.getToken({ signal: own.signal })));
        console.log(await outcome(provider.getToken({ signal: own.signal })));
        console.log(typeof (await stays), typeof (await provider.getToken({ clientId: 'globex', signal: new ForeignController().signal })), ...reasons);
        converse = () => undefined;
        const lost = provider.getToken({ clientId: 'initech' });
        await new Promise(setImmediate);
        await provider.close();
        console.log(await outcome(lost));
        console.log(await outcome(provider.getToken()));
      `);
      expect(child).to.include({
        stderr: '',
        stdout: [
          'AbortError',
          'AbortError',
          'string string ETIMEDOUT',
          'ERR_PROVIDER_CLOSED',
          'ERR_PROVIDER_CLOSED',
          '',
        ].join('\n'),
        code: 0,
      });
    });
  }

  it('takes null for no signal, as fetch does', async () => {
    const child = await run(`
      const provider = await connect();
      console.log(await provider.getToken({ signal: null }), await provider.getToken({ scope: 'x', signal: null }));
    `);
    expect(child).to.include({ stderr: '', stdout: 't1 t2\n', code: 0 });
  });
});

describe('a runtime without the modules of Node.js for contexts and threads', () => {
  it('calls directly', async () => {
    const child = await run(`
      process.getBuiltinModule = undefined;
      const provider = await connect();
      console.log(await provider.getToken());
    `);
    expect(child).to.include({ stderr: '', stdout: 't1\n', code: 0 });
  });
});
