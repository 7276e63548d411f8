import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';

/** A real token endpoint, in this process, which is never busy. */
async function startEndpoint(delayMs: number) {
  let requests = 0;
  const server = http.createServer((request, response) => {
    requests += 1;
    request.resume();
    const token = { access_token: `t${requests}`, token_type: 'Bearer', expires_in: 600 };
    setTimeout(() => response.end(JSON.stringify(token)), delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/token`,
    get requests() {
      return requests;
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Runs the script in a process of its own; gives what it prints. `onLine` may act when it prints a line. */
async function runBusy(script: string, onLine: (line: string, pid: number) => void = () => undefined) {
  const entry = new URL('../../lib/index.ts', import.meta.url).href;
  const source = `import { TokenProvider } from '${entry}';\n${script}`;
  const child = spawn(process.execPath, ['--import', 'tsx/esm', '--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const guard = setTimeout(() => child.kill('SIGKILL'), 28_000);
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    for (const line of text.trim().split('\n')) onLine(line, child.pid ?? 0);
  });
  await once(child, 'close');
  clearTimeout(guard);
  return printed;
}

const provider = (address: string, more = '') =>
  `const provider = new TokenProvider({ tokenEndpoint: '${address}', clientId: 'a', clientSecret: 'b', ${more} });
   let troubles = 0;
   for (const name of ['retry', 'failure']) provider.on(name, () => { troubles += 1; });
   const stall = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
   const warmUp = await provider.refresh();`;

describe('time that the process was busy or frozen counts against nobody', () => {
  for (const stallMs of [2_000, 6_000]) {
    it(`an answer that lies in the socket after ${stallMs} ms of a busy event loop is read`, async () => {
      const endpoint = await startEndpoint(100);
      const printed = await runBusy(`
        ${provider(endpoint.address, 'requestTimeoutMs: 1_000')}
        const token = provider.refresh();
        await new Promise((resolve) => setTimeout(resolve, 30));
        stall(${stallMs});
        console.log((await token).value, troubles);
        await provider.close();`);
      await endpoint.stop();
      expect([printed, endpoint.requests]).to.deep.equal(['t2 0\n', 2]);
    });
  }

  it('a caller whose time was spent by a busy event loop gets the token', async () => {
    const endpoint = await startEndpoint(100);
    const printed = await runBusy(`
      ${provider(endpoint.address)}
      provider.invalidate(warmUp.value);
      const token = provider.getToken({ maxWaitMs: 800 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      stall(2_000);
      console.log(await token, troubles);
      await provider.close();`);
    await endpoint.stop();
    expect(printed).to.match(/^t2 /);
  });

  it('an answer that came while the process was frozen is read', async () => {
    const endpoint = await startEndpoint(300);
    const printed = await runBusy(
      `${provider(endpoint.address, 'requestTimeoutMs: 1_000')}
       const token = provider.refresh();
       await new Promise((resolve) => setTimeout(resolve, 50));
       console.log('freeze');
       console.log((await token).value, troubles);
       await provider.close();`,
      (line, pid) => {
        if (line !== 'freeze') return;
        process.kill(pid, 'SIGSTOP');
        setTimeout(() => process.kill(pid, 'SIGCONT'), 3_000);
      },
    );
    await endpoint.stop();
    expect([printed, endpoint.requests]).to.deep.equal(['freeze\nt2 0\n', 2]);
  });
});
