import { expect } from 'chai';
import { startTokenServer, type TokenServer } from '../../../lib/testing.js';
import { envOf, runCommand } from '../../support/command.js';

describe('m2m-token doctor', () => {
  let server: TokenServer;
  before(async () => {
    server = await startTokenServer({ token: 'the-token', clientSecret: 's3cret-v1' });
  });
  after(() => server.close());

  it('writes each check, and shows neither token nor secret', async () => {
    const { ending, stdout, stderr } = await runCommand(['doctor'], { env: envOf(server) });
    expect([ending, stderr]).to.deep.equal([0, '']);
    expect(stdout.split('\n')).to.have.length(12 + 3);
    expect(stdout).to.match(/\nAll is well\.\n$/);
    expect(stdout).to.not.contain('the-token').and.not.contain('s3cret-v1');
  });

  it('writes JSON alone, if that is asked for', async () => {
    const { ending, stdout } = await runCommand(['doctor', '--json'], { env: envOf(server) });
    expect(ending).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ ok: true, exitCode: 0 });
    const wrong = await runCommand(['doctor', '--json'], {});
    expect(wrong.ending).to.equal(2);
    expect(JSON.parse(wrong.stdout)).to.include({ ok: false, exitCode: 2 });
  });

  for (const args of [
    ['now'],
    ['--timeout', '0'],
    ['--timeout', '601'],
    ['--timeout', 'x'],
    ['--timeout', '-1'],
  ]) {
    it(`refuses ${args.join(' ')}`, async () => {
      expect((await runCommand(['doctor', ...args], { env: envOf(server) })).ending).to.equal(2);
    });
  }
});
