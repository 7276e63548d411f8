import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { startTokenServer } from '../../lib/testing.js';
import { runChild, startNode } from '../support/child.js';

const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** Answers each request as soon as the second counter says so. */
const ANSWERER = `
  const { workerData: counters, parentPort } = require('node:worker_threads');
  const body = JSON.stringify({ access_token: 'abc', token_type: 'Bearer', expires_in: 600 });
  const grant = ['HTTP/1.1 200 OK', 'Content-Length: ' + body.length, '', body].join('\\r\\n');
  const count = (counter) => { Atomics.add(counters, counter, 1); Atomics.notify(counters, counter); };
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => {
      count(0);
      const look = setInterval(() => {
        if (Atomics.load(counters, 1) === 0) return;
        clearInterval(look);
        socket.write(grant, () => count(2));
      }, 5);
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/**
 * A token endpoint in a worker thread, which answers while the main thread stands still, and a provider for it. `stall` has the
 * request answered, and holds the event loop up when the answer lies in the socket.
 */
const PRELUDE = `
  import { spawn } from 'node:child_process';
  import { Worker } from 'node:worker_threads';
  import { TokenProvider } from ${here('../../lib/index.ts')};
  // Otherwise the first request waits for it, for as long as a busy machine takes.
  await import('axios');
  const counters = new Int32Array(new SharedArrayBuffer(12));
  const [REQUESTS, GO, SENT] = [0, 1, 2];
  const worker = new Worker(${JSON.stringify(ANSWERER)}, { eval: true, execArgv: [], workerData: counters });
  const port = await new Promise((resolve) => worker.once('message', resolve));
  worker.unref();
  const connect = (options) => new TokenProvider({
    tokenEndpoint: 'http://127.0.0.1:' + port + '/token', clientId: 'acme', clientSecret: 's', ...options,
  });
  const turn = () => new Promise(setImmediate);
  const requestHasCome = async () => { while (Atomics.load(counters, REQUESTS) === 0) await turn(); };
  const stall = (ms) => {
    Atomics.store(counters, GO, 1);
    Atomics.wait(counters, SENT, 0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  };
  const outcome = (token) => token.catch(({ code, cause }) => code + ' ' + cause?.reason);
`;

const run = (source: string) => runChild(PRELUDE + source);

/** In each case the answer has come in time, and could not be read in time. */
describe('a process that stands still while the answer lies in the socket', () => {
  for (const [stallMs, options] of [
    [2_500, { requestTimeoutMs: 1_000 }],
    [2_500, { maxWaitMs: 1_000 }],
    [10_000, { requestTimeoutMs: 2_000, maxWaitMs: 2_000 }],
  ] as const) {
    it(`reads it after ${stallMs} ms, with ${JSON.stringify(options)}`, async () => {
      const child = await run(`
        const provider = connect(${JSON.stringify(options)});
        provider.on('retry', ({ error }) => console.log(error.message));
        const token = outcome(provider.getToken());
        await requestHasCome();
        stall(${stallMs});
        console.log(await token, counters[REQUESTS]);
        process.exit();
      `);
      expect(child).to.include({ stderr: '', stdout: 'abc 1\n', code: 0 });
    });
  }

  it('reads it after several stalls, each longer than the time that was left', async () => {
    const child = await run(`
      const provider = connect({ requestTimeoutMs: 1_000, maxWaitMs: 1_000 });
      const token = outcome(provider.getToken());
      await requestHasCome();
      for (let count = 0; count < 5; count += 1) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
        await turn();
        await turn();
      }
      stall(600);
      console.log(await token, counters[REQUESTS]);
      process.exit();
    `);
    expect(child).to.include({ stderr: '', stdout: 'abc 1\n', code: 0 });
  });

  it('reads it after SIGSTOP and SIGCONT', async () => {
    const child = await run(`
      const provider = connect({ requestTimeoutMs: 1_000, maxWaitMs: 1_000 });
      const token = outcome(provider.getToken());
      await requestHasCome();
      // The worker, which would be stopped as well, answers before.
      Atomics.store(counters, GO, 1);
      Atomics.wait(counters, SENT, 0);
      const script = 'const send = (name) => process.kill(' + process.pid + ', name);' +
        'send("SIGSTOP"); setTimeout(send, 2_000, "SIGCONT");';
      spawn(process.execPath, ['--eval', script], { stdio: 'ignore' });
      // Stands still until it is stopped: the signal needs no event loop.
      for (let last = Date.now(), at; (at = Date.now()) - last < 1_000; last = at);
      console.log(await token, counters[REQUESTS]);
      process.exit();
    `);
    expect(child).to.include({ stderr: '', stdout: 'abc 1\n', code: 0 });
  });

  it('still hands out no token that has ended meanwhile', async () => {
    const child = await run(`
      const provider = connect({ refresh: { background: false } });
      Atomics.store(counters, GO, 1);
      await provider.getToken();
      const [{ expiresAt }] = provider.status();
      const { now } = Date;
      Date.now = () => now() + 601_000;
      console.log(provider.peek(), expiresAt < Date.now());
      process.exit();
    `);
    expect(child).to.include({ stderr: '', stdout: 'undefined true\n', code: 0 });
  });

  it('reads it when the process is throttled: it may run for a small part of the time alone', async () => {
    await using server = await startTokenServer({ token: 'abc' });
    // Later than any time limit of the process, by the clock on the wall.
    server.fail({ delayMs: 1_500 });
    const { tokenEndpoint, clientId, clientSecret } = server;
    const source = `
      import { TokenProvider } from ${here('../../lib/index.ts')};
      const provider = new TokenProvider({
        ...${JSON.stringify({ tokenEndpoint, clientId, clientSecret })}, requestTimeoutMs: 1_000, maxWaitMs: 1_000,
      });
      provider.on('retry', ({ error }) => console.log(error.message));
      console.log(await provider.getToken().catch(({ code }) => code));
      process.exit();
    `;
    const child = startNode(['--input-type=module', '--import', 'tsx', '--eval', source]);
    const printed = text(child.stdout);
    while (server.counts.token === 0 && child.exitCode === null) await sleep(5);
    while (child.exitCode === null) {
      child.kill('SIGSTOP');
      await sleep(600);
      child.kill('SIGCONT');
      await sleep(30);
    }
    expect(await printed).to.equal('abc\n');
  });
});
