import { expect } from 'chai';
import { noteClosed, noteOpen } from '../../../lib/testing/server/open-servers.js';
import { runNode } from '../../support/child.js';
import { warningsOf } from '../../support/warnings.js';

describe('what is known of open servers', () => {
  const listeners = () => process.listenerCount('beforeExit');

  it('listens to the process while one is open, once for all', () => {
    const before = listeners();
    const [one, other] = [{}, {}];
    noteOpen(one, 'http://a', new Error());
    noteOpen(other, 'http://b', new Error());
    expect(listeners()).to.equal(before + 1);
    noteClosed(one);
    expect(listeners()).to.equal(before + 1);
    noteClosed(other);
    noteClosed(other);
    expect(listeners()).to.equal(before);
  });

  it('tells of each by a process warning, once the process has nothing else to do', async () => {
    const others = process.listeners('beforeExit');
    const [one, other] = [{}, {}];
    noteOpen(one, 'http://a', new Error('It was started here.'));
    noteOpen(other, 'http://b', new Error('And this one here.'));
    const [tell] = process.listeners('beforeExit').filter((each) => !others.includes(each));
    const warnings = await warningsOf(() => tell?.(0));
    noteClosed(one);
    noteClosed(other);
    expect(warnings.map(({ code, message }) => [code, message])).to.deep.equal([
      ['TOKEN_SERVER_OPEN', 'The token server at http://a was not closed. Call its close() after the tests.'],
      ['TOKEN_SERVER_OPEN', 'The token server at http://b was not closed. Call its close() after the tests.'],
    ]);
    expect(warnings.map(({ detail = '' }) => detail.split('\n')[0])).to.deep.equal([
      'Error: It was started here.',
      'Error: And this one here.',
    ]);
  });

  const script = (ending: string) => `
    import { TokenProvider } from './lib/index.ts';
    import { startTokenServer } from './lib/testing.ts';
    const server = await startTokenServer({ alg: 'ES256' });
    const { tokenEndpoint, clientId, clientSecret } = server;
    const provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret });
    console.log((await provider.getToken()).split('.').length);
    ${ending}
  `;
  const run = (ending: string) =>
    runNode(['--import', 'tsx', '--input-type=module', '-e', script(ending)], {});

  it('ends a process with one that was forgotten, and says so, and where it was started', async () => {
    const { code, stdout, stderr } = await run('await provider.close();');
    expect([code, stdout]).to.deep.equal([0, '3\n']);
    expect(stderr).to.match(
      /\[TOKEN_SERVER_OPEN\] TokenProviderWarning: The token server at http:\/\/127\.0\.0\.1:\d+ was not closed\. Call its close\(\) after the tests\.\n/,
    );
    expect(stderr).to.match(/It was started here\.\n.*\[eval1\]:4/s);
  });

  it('ends a process with one that was closed, and says nothing', async () => {
    const result = await run('await provider.close(); await server.close();');
    expect(result).to.deep.include({ code: 0, stdout: '3\n', stderr: '' });
  });

  it('ends a process while one hangs that nobody waits for', async () => {
    const { code, stderr } = await run(
      "server.fail('hang'); provider.refresh().catch(() => undefined); await provider.close();",
    );
    expect([code, /TOKEN_SERVER_OPEN/.test(stderr)]).to.deep.equal([0, true]);
  });
});
