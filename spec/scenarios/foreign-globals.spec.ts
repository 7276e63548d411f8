import { expect } from 'chai';
import { runChild } from '../support/child.js';

const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** As in jsdom and in Electron's renderer: timers are numbers, signals are no event targets of Node.js, and there is no `setImmediate`. */
const PRELUDE = `
  import http from 'node:http';
  import { ForeignAbortController } from ${here('../support/foreign-abort-controller.ts')};
  const { setTimeout: arm, clearTimeout: disarm } = globalThis;
  const timers = new Map();
  globalThis.setTimeout = (...args) => {
    const id = timers.size + 1;
    timers.set(id, arm(...args));
    return id;
  };
  globalThis.clearTimeout = (id) => disarm(timers.get(id));
  globalThis.AbortController = ForeignAbortController;
  delete globalThis.setImmediate;
  delete globalThis.clearImmediate;
  const { TokenProvider } = await import(${here('../../lib/index.ts')});
  let answer = (response) => response.end(JSON.stringify({ access_token: 'abc', token_type: 'Bearer', expires_in: 600 }));
  let requests = 0;
  const server = http.createServer((_, response) => { requests += 1; answer(response); });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connect = (options) => new TokenProvider({
    tokenEndpoint: 'http://127.0.0.1:' + server.address().port + '/token', clientId: 'acme', clientSecret: 's', ...options,
  });
  const end = () => { server.close(); server.closeAllConnections(); process.exit(); };
`;

const run = (source: string) => runChild(PRELUDE + source);

describe('where timers and signals are not those of Node.js', () => {
  it('a token is given and renewed, and closing ends what is under way', async () => {
    const child = await run(`
      const provider = connect();
      console.log(await provider.getToken(), (await provider.refresh()).value);
      answer = () => undefined;
      const renewal = provider.refresh().catch(({ code }) => code);
      await provider.close();
      console.log(await renewal, await provider.getToken().catch(({ code }) => code));
      end();
    `);
    expect(child).to.include({
      code: 0,
      stderr: '',
      stdout: 'abc abc\nERR_PROVIDER_CLOSED ERR_PROVIDER_CLOSED\n',
    });
  });

  it('a failed request is sent again', async () => {
    const child = await run(`
      const give = answer;
      answer = (response) => { answer = give; response.writeHead(503).end(); };
      const provider = connect({ retry: { minDelayMs: 1 } });
      console.log(await provider.getToken(), requests);
      await provider.close();
      end();
    `);
    expect(child).to.include({ code: 0, stderr: '', stdout: 'abc 2\n' });
  });

  it('waiting ends by the time limits, and by a signal without a reason', async () => {
    const child = await run(`
      answer = () => undefined;
      const provider = connect({ requestTimeoutMs: 150, retry: { retries: 0 } });
      console.log(await provider.getToken({ maxWaitMs: 30 }).catch(({ code }) => code));
      console.log(await provider.getToken().catch(({ reason, cause }) => reason ?? cause.reason));
      const own = new ForeignAbortController();
      const waiting = connect().getToken({ signal: own.signal }).catch(({ name }) => name);
      own.abort();
      console.log(await waiting, await connect().getToken({ signal: own.signal }).catch(({ name }) => name));
      end();
    `);
    expect(child).to.include({ code: 0, stderr: '' });
    expect(child.stdout).to.equal('ERR_TOKEN_UNAVAILABLE\nETIMEDOUT\nAbortError AbortError\n');
  });

  it('many resolutions of clients are under way at once', async () => {
    const child = await run(`
      const settings = { clientSecret: 's', tokenEndpoint: 'http://127.0.0.1:' + server.address().port + '/token' };
      const provider = new TokenProvider({ resolveClient: async () => settings });
      const ids = Array.from({ length: 30 }, (_, index) => 'client' + index);
      const tokens = await Promise.all(ids.map((clientId) => provider.getToken({ clientId })));
      console.log(tokens.length, new Set(tokens).size);
      await provider.close();
      end();
    `);
    expect(child).to.include({ code: 0, stderr: '', stdout: '30 1\n' });
  });
});
