import { expect } from 'chai';
import { runChild } from '../support/child.js';

const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** A raw token endpoint in the child, which lets the child end, and a provider for it. */
const PRELUDE = `
  import net from 'node:net';
  import { TokenProvider } from ${here('../../lib/index.ts')};
  const grant = (seconds) => {
    const body = JSON.stringify({ access_token: 't' + Math.random(), token_type: 'Bearer', expires_in: seconds });
    return 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: ' + body.length + '\\r\\n\\r\\n' + body;
  };
  let converse = (socket) => socket.end(grant(600));
  let requests = 0;
  const server = net.createServer((socket) => {
    socket.unref();
    socket.on('error', () => undefined);
    socket.once('data', () => { requests += 1; converse(socket); });
  }).unref();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connect = (options) => new TokenProvider({
    tokenEndpoint: 'http://127.0.0.1:' + server.address().port + '/token', clientId: 'acme', clientSecret: 's', ...options,
  });
  const until = async (isSo) => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
`;

const run = (source: string) => runChild(PRELUDE + source);

describe('a process with a live provider', () => {
  it('ends when it has nothing else to do, though a renewal is armed', async () => {
    const child = await run(`
      const provider = connect();
      await provider.getToken();
      console.log(provider.status()[0].state);
    `);
    expect(child).to.include({ code: 0, stderr: '' });
    expect(child.stdout).to.equal('fresh\n');
  });

  it('ends when it has nothing else to do, though a renewal hangs', async () => {
    const child = await run(`
      const provider = connect({ requestTimeoutMs: 600_000 });
      converse = (socket) => requests === 1 && socket.end(grant(4));
      await provider.getToken();
      await until(() => requests === 2);
      console.log(requests, provider.status()[0].refreshing);
    `);
    expect(child).to.include({ code: 0, stderr: '' });
    expect(child.stdout).to.equal('2 true\n');
  });

  it('ends when nobody waits any more, though a server hangs that tells of its endpoints or keys', async () => {
    const child = await run(`
      const { createVerifier } = await import(${here('../../lib/verify.ts')});
      converse = () => undefined;
      const issuer = 'http://127.0.0.1:' + server.address().port;
      const patience = { requestTimeoutMs: 600_000, maxWaitMs: 50 };
      const provider = new TokenProvider({ issuer, clientId: 'acme', clientSecret: 's', ...patience });
      const verifier = createVerifier({ issuer, audience: 'a', ...patience });
      const token = [{ alg: 'RS256' }, {}, 'c2ln'].map((part) =>
        typeof part === 'string' ? part : Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      const settled = await Promise.allSettled([provider.getToken(), verifier.verify(token)]);
      await until(() => requests === 2);
      console.log(settled.map(({ reason }) => reason.code).join());
    `);
    expect(child).to.include({ code: 0, stderr: '' });
    expect(child.stdout).to.equal('ERR_TOKEN_UNAVAILABLE,ERR_KEYS_UNAVAILABLE\n');
  });

  it('ends though a proxy accepts requests and never answers, and keeps none of its sockets', async () => {
    const child = await run(`
      const sockets = new Set();
      const proxy = net.createServer((socket) => {
        sockets.add(socket.unref().on('error', () => undefined).on('close', () => sockets.delete(socket)).resume());
      }).unref();
      await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      process.env.https_proxy = 'http://127.0.0.1:' + proxy.address().port;
      const provider = connect({
        tokenEndpoint: 'https://as.example/token', requestTimeoutMs: 100, retry: { retries: 2, minDelayMs: 10 },
      });
      const { cause } = await provider.getToken().catch((error) => error);
      await provider.close();
      await until(() => sockets.size === 0);
      console.log(cause.reason, sockets.size);
    `);
    expect(child).to.include({ code: 0, stderr: '', stdout: 'ETIMEDOUT 0\n' });
  });

  it('outlives renewals that fail, with no unhandled rejection', async () => {
    const child = await run(`
      const provider = connect({ retry: { retries: 0, minDelayMs: 20, maxDelayMs: 20 }, refresh: { keepWarm: true } });
      converse = (socket) => (requests === 1 ? socket.end(grant(4)) : socket.resetAndDestroy());
      await provider.getToken();
      let failures = 0;
      provider.on('failure', () => { failures += 1; });
      await until(() => failures > 3);
      converse = (socket) => socket.end(grant(600));
      await until(() => provider.status()[0].state === 'fresh');
      console.log(provider.status()[0].state);
    `);
    expect(child).to.include({ code: 0, stderr: '', stdout: 'fresh\n' });
  });

  it('waits for the token that a caller awaits, through failed attempts', async () => {
    const child = await run(`
      const provider = connect();
      converse = (socket) => socket.resetAndDestroy();
      setTimeout(() => { converse = (socket) => socket.end(grant(600)); }, 100).unref();
      console.log(typeof (await provider.getToken()));
    `);
    expect(child).to.include({ code: 0, stderr: '', stdout: 'string\n' });
  });

  it('settles every waiter when it closes the provider in mid-flight', async () => {
    const child = await run(`
      const provider = connect();
      converse = () => undefined;
      const waiters = Array.from({ length: 20 }, () => provider.getToken());
      waiters.push(provider.refresh());
      await until(() => requests === 1);
      await provider.close();
      const outcomes = await Promise.allSettled(waiters);
      console.log(outcomes.length, new Set(outcomes.map(({ reason }) => reason.code)));
    `);
    expect(child).to.include({ code: 0, stderr: '' });
    expect(child.stdout).to.equal("21 Set(1) { 'ERR_PROVIDER_CLOSED' }\n");
  });
});
