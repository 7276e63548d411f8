import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import { ApiServer } from '../support/api-server.js';
import { runNode } from '../support/child.js';

const readme = readFileSync('README.md', 'utf8');
const samples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
const examples = readdirSync('examples').filter((file) => file.endsWith('.ts'));

describe('the README', () => {
  it('has samples, and the two set-up commands before them', () => {
    expect(samples.length).to.be.above(1);
    expect(readme.indexOf('npm ci && npm start')).to.be.within(1, readme.indexOf('```ts'));
    expect(readme.indexOf('npm ci && npm test')).to.be.within(1, readme.indexOf('```ts'));
  });

  for (const [index, sample] of samples.entries()) {
    it(`has a sample ${index + 1} that runs, with an embedded server in OneLogin's place`, async () => {
      const server = await AuthorizationServer.start({
        clientId: 'demo-service',
        clientSecret: 'demo-secret',
      });
      const api = await ApiServer.start();
      const file = `examples/readme-sample-${process.pid}-${index}.ts`;
      expect(sample).to.contain("subdomain: 'acme'");
      const here = sample
        .replaceAll("subdomain: 'acme'", `tokenEndpoint: '${server.tokenEndpoint}'`)
        .replaceAll('https://api.example.com', api.origin);
      writeFileSync(file, here);
      try {
        const child = await runNode(['--import', 'tsx', file]);
        expect(child).to.include({ code: 0, stderr: '' });
        expect(child.stdout).to.match(/\w/);
        expect(server.requests).to.equal(1);
      } finally {
        rmSync(file);
        await Promise.all([server.stop(), api.stop()]);
      }
    });
  }

  it('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link ?? '');
    const local = links.filter((link) => !link.startsWith('https://'));
    expect(local).to.include('CHANGELOG.md');
    for (const link of local) expect(existsSync(link), link).to.equal(true);
  });

  it('names every event, error and code', () => {
    const source =
      readFileSync('lib/ground/errors.ts', 'utf8') + readFileSync('lib/ground/events.ts', 'utf8');
    const events = [...source.matchAll(/^ {2}(\w+): \w+Event;$/gm)].map(([, name]) => name);
    const classes = [...source.matchAll(/export (?:abstract )?class (\w+Error)/g)].map(([, name]) => name);
    const codes = [...source.matchAll(/readonly code = '(\w+)'/g)].map(([, code]) => code);
    expect([events.length, classes.length, codes.length]).to.deep.equal([8, 9, 7]);
    for (const name of [...events, ...classes, ...codes]) expect(readme).to.contain(`\`${name}\``);
  });
});

describe('the examples', () => {
  it('are linked from the README', () => {
    expect(examples.length).to.be.at.least(3);
    for (const file of examples) expect(readme).to.contain(`(examples/${file})`);
  });

  for (const file of examples) {
    it(`${file} runs, says something, and ends well`, async () => {
      const child = await runNode(['--import', 'tsx', `examples/${file}`]);
      expect(child).to.include({ code: 0, stderr: '' });
      expect(child.stdout).to.match(/\w/);
    });
  }
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
