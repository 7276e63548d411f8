import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import { runNode } from '../support/child.js';
import { readPage, type Sample, samplesOf } from '../support/pages.js';

const examples = readdirSync('examples').filter((file) => /^(?!sample-).*\.ts$/.test(file));

describe('the examples', () => {
  it('are there, and named by the page about development', () => {
    const page = readFileSync('docs/development.md', 'utf8');
    expect(examples.length).to.be.at.least(3);
    for (const file of examples) expect(page).to.contain(`\`examples/${file}\``);
  });

  it('tell in their README all packages that they are made of', () => {
    const page = readFileSync('examples/README.md', 'utf8');
    const [, installed = ''] = /```sh\n([^`]*)```/.exec(page) ?? [];
    const files = readdirSync('examples', { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(`examples/${file}`, 'utf8'));
    const sources = texts.flatMap((text) =>
      Array.from(text.matchAll(/ from '([^.'][^']*)'/g), ([, name]) => name),
    );
    const packages = new Set(
      sources.filter((name) => !name?.startsWith('node:')).map((name) => name?.split('/')[0]),
    );
    expect(packages.size).to.be.above(5);
    for (const name of [...packages, 'tsx']) expect(installed.split(/\s+/)).to.include(name);
  });

  for (const file of examples) {
    it(`${file} runs, says something, and ends well`, async () => {
      const child = await runNode(['--import', 'tsx', `examples/${file}`]);
      expect(child).to.include({ code: 0, stderr: '' });
      expect(child.stdout).to.match(/\w/);
    });
  }
});

describe('examples/verify', () => {
  it('loses no call while keys change and the server is down, and asks for keys once for each service', async () => {
    expect(readPage('docs/development.md')).to.contain('`examples/verify/main.ts`');
    const child = await runNode(['--import', 'tsx', 'examples/verify/main.ts']);
    expect(child).to.include({ code: 0, stderr: '' });
    expect(child.stdout.match(/ 200 of 200 calls answered$/gm)).to.have.length(4);
    expect(child.stdout).to.match(/ 401 \{"error":"ERR_TOKEN_AUDIENCE"\}$/m);
    expect(child.stdout).to.match(/ tokens 4 times, keys 2 times$/m);
  });
});

describe('npm start', () => {
  const start = (env: NodeJS.ProcessEnv) =>
    runNode(['--import', 'tsx', 'examples/main-job/main.ts'], env, 110_000);
  const credentials = { ONELOGIN_CLIENT_ID: 'demo', ONELOGIN_CLIENT_SECRET: 'demo-secret' };

  it('renews ahead of time and lives through an outage, with no caller waiting or failing', async function () {
    this.timeout(120_000);
    const child = await start({});
    expect(child).to.include({ code: 0, stderr: '' });
    const figure = (name: string) =>
      Number(new RegExp(`${name} +([\\d,]+)`).exec(child.stdout)?.[1]?.replaceAll(',', ''));
    expect(figure('calls of getToken\\(\\)')).to.be.above(10_000);
    expect(figure('calls served meanwhile')).to.be.above(1_000);
    expect(figure('renewals')).to.be.at.least(2);
    expect(figure('failed attempts')).to.be.at.least(3);
    expect([figure('that had to wait'), figure('that failed')]).to.deep.equal([0, 0]);
    const tokens = figure('renewals') + 1;
    expect(child.stdout).to.match(new RegExp(`tokens verified, keys fetched once +${tokens} of ${tokens}\n`));
    expect(child.stdout).to.not.match(/eyJ|demo-secret/);
  });

  it('says what is wrong with the credentials, and fails', async () => {
    const server = await AuthorizationServer.start({ clientId: 'demo', clientSecret: 'another-secret' });
    const child = await start({ ...credentials, ONELOGIN_TOKEN_ENDPOINT: server.tokenEndpoint });
    await server.stop();
    expect(child.code).to.equal(1);
    expect(child.stderr).to.match(/^http\S+ answered 401 invalid_client .*rotated clientSecret.*\n$/);
  });

  it('says which variables are missing, or wrong, and fails', async () => {
    const incomplete = await start({ ONELOGIN_SUBDOMAIN: 'acme' });
    expect(incomplete).to.include({ code: 1, stdout: '' });
    expect(incomplete.stderr).to.equal(
      'Please set ONELOGIN_CLIENT_ID, ONELOGIN_CLIENT_SECRET as well (found ONELOGIN_SUBDOMAIN), ' +
        'or none for the embedded server.\n',
    );
    const wrong = await start({ ...credentials, ONELOGIN_SUBDOMAIN: 'acme.onelogin.com' });
    expect(wrong.code).to.equal(1);
    expect(wrong.stderr).to.equal(
      "Wrong settings. subdomain: must be the first part of your address alone: 'acme'.\n",
    );
  });
});

describe('npm run server', () => {
  /** Starts it, and gives the addresses that it prints, by name. */
  const serve = async (port: string) => {
    const args = ['--import', 'tsx', 'examples/embedded/serve.ts'];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, NODE_V8_COVERAGE: '', PORT: port },
    });
    const addresses: Record<string, string> = {};
    for await (const line of createInterface(child.stdout)) {
      const [, name, value] = /^(\S.*?) {2,}(\S+)$/.exec(line) ?? [];
      if (name && value) addresses[name] = value;
      if (line.startsWith('They run')) break;
    }
    const stop = async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    };
    return { addresses, stop };
  };

  it('gives what the first sample of the README asks for', async () => {
    const [{ code }] = samplesOf('README.md').filter(({ language }) => language === 'js') as [Sample];
    const { addresses, stop } = await serve('0');
    try {
      const env = { TOKEN_ENDPOINT: addresses['token endpoint'] };
      const child = await runNode(['--import', 'tsx', '--input-type=module', '--eval', code], env);
      expect(child).to.include({ code: 0, stderr: '' });
      expect(child.stdout).to.match(/^a token of \d+ characters\nasked twice, one request: true\n$/);
      const [, id, secret] = /'(demo-service)'.*'(demo-secret)'/s.exec(code) ?? [];
      expect(addresses).to.include({ clientId: id, clientSecret: secret });
    } finally {
      await stop();
    }
  });

  it('listens where the README says, and says so where somebody else does', async () => {
    const source = readFileSync('examples/embedded/serve.ts', 'utf8');
    const [, port] = /PORT \?\? (\d+)/.exec(source) ?? [];
    const named = [...readPage('README.md').matchAll(/http:\/\/127\.0\.0\.1:(\d+)(\/oidc)?/g)];
    expect(named).to.not.be.empty;
    for (const [, number, path] of named) expect(Number(number)).to.equal(Number(port) + (path ? 0 : 1));

    const { addresses, stop } = await serve('0');
    try {
      const taken = new URL(addresses['token endpoint'] ?? '').port;
      const child = await runNode(['--import', 'tsx', 'examples/embedded/serve.ts'], { PORT: taken });
      expect(child.code).to.equal(1);
      expect(child.stderr).to.match(
        /^Port \d+ or \d+ is in use\. Choose another: PORT=9000 npm run server\n$/,
      );
    } finally {
      await stop();
    }
  });
});
