import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startTokenServer, type TokenServer } from '../../lib/testing.js';
import { CertificateAuthority } from '../support/certificates.js';
import { envOf } from '../support/command.js';

const ROOT = process.cwd();
const PROGRAM = [process.execPath, '--import', 'tsx', path.join(ROOT, 'lib/cli.ts')];
const asShell = (args: readonly string[]) => args.map((word) => `'${word}'`).join(' ');

/** Where a program is missing, its specs are left out; machines that try everything have them all. */
function describeWith(program: string, args: readonly string[], specs: () => void): void {
  const isHere = spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (isHere) describe(`given to ${program}`, specs);
}

describe('tokens of the command line', () => {
  let tokens: TokenServer;
  let folder: string;
  let server: Server;
  /** What came with each request. */
  const seen: (string | undefined)[] = [];
  let isAllowed: (request: IncomingMessage) => boolean;
  let serve: RequestListener;

  const listener: RequestListener = (request, response) => {
    seen.push(request.headers.authorization);
    if (isAllowed(request)) serve(request, response);
    else response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
  };
  const listen = async (made: Server) => {
    server = made;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  /** Not synchronously: the servers are in this process. */
  const run = async (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const options = {
      cwd: ROOT,
      env: { ...process.env, ...envOf(tokens), HOME: folder, ...env },
      timeout: 30_000,
    };
    return (await promisify(execFile)(program, args, options)).stdout;
  };

  beforeEach(async () => {
    tokens = await startTokenServer({ token: 'the-token' });
    folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-programs-'));
    seen.length = 0;
    isAllowed = ({ headers }) => headers.authorization === 'Bearer the-token';
    serve = (_, response) => response.end('an answer');
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await tokens.close();
  });

  describeWith('curl', ['--version'], () => {
    it('are a header of its request', async () => {
      const port = await listen(http.createServer(listener));
      const line = `${asShell([...PROGRAM, 'token', '--output', 'header'])} | curl -fsS -H @- http://127.0.0.1:${port}/`;
      expect(await run('sh', ['-c', line])).to.equal('an answer');
      expect(seen).to.deep.equal(['Bearer the-token']);
    });

    it('are none where none comes, and the whole line fails', async () => {
      tokens.fail({ status: 401, error: 'invalid_client' });
      const port = await listen(http.createServer(listener));
      const call = `curl -fsS -H @- http://127.0.0.1:${port}/`;
      const line = `set -o pipefail; ${asShell([...PROGRAM, 'token', '--output', 'header'])} | ${call}`;
      isAllowed = () => true;
      const { code, stderr } = await run('bash', ['-c', line]).catch((error) => error);
      expect(code).to.equal(3);
      expect(stderr).to.contain('invalid_client');
      // curl takes an empty input for no header: without pipefail, that would be a success.
      expect(seen).to.deep.equal([undefined]);
    });
  });

  describeWith('git', ['--version'], () => {
    /** The files of a repository, as the simple protocol of git over http reads them. */
    const makeRepository = () => {
      const repository = path.join(folder, 'repository');
      const git = (...args: string[]) =>
        execFileSync('git', args, { cwd: folder, env: { ...process.env, HOME: folder } });
      git('init', '--quiet', repository);
      const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
      git('-C', repository, ...author, 'commit', '--quiet', '--allow-empty', '--message', 'first');
      git('-C', repository, 'update-server-info');
      return path.join(repository, '.git');
    };

    it('are its password, for the host that may get it alone', async () => {
      const files = makeRepository();
      isAllowed = ({ headers }) =>
        headers.authorization === `Basic ${Buffer.from('oauth2:the-token').toString('base64')}`;
      serve = ({ url = '' }, response) => {
        response.end(readFileSync(path.join(files, new URL(url, 'http://a').pathname)));
      };
      const port = await listen(http.createServer(listener));
      const list = (host: string) => {
        const helper = `!${asShell([...PROGRAM, 'token', '--output', 'git', '--host', host])}`;
        return run('git', ['-c', `credential.helper=${helper}`, 'ls-remote', `http://127.0.0.1:${port}/`], {
          GIT_TERMINAL_PROMPT: '0',
        });
      };
      expect(await list(`127.0.0.1:${port}`)).to.match(/^[0-9a-f]{40}\tHEAD$/m);
      expect(tokens.counts.token).to.equal(1);
      const refused = await list('git.example.com').catch((error: Error) => error.message);
      expect(refused).to.contain('could not read Username');
      expect(tokens.counts.token).to.equal(1);
    });
  });

  describeWith('kubectl', ['version', '--client'], () => {
    it('are its credential, by its plug-in for credentials', async () => {
      const authority = await CertificateAuthority.create();
      serve = (_, response) =>
        response.setHeader('Content-Type', 'application/json').end('{"gitVersion":"v1.99.0"}');
      const port = await listen(https.createServer(await authority.issue(['localhost']), listener));
      const [command, ...args] = PROGRAM;
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'a',
        clusters: [
          {
            name: 'a',
            cluster: {
              server: `https://localhost:${port}`,
              'certificate-authority-data': Buffer.from(authority.pem).toString('base64'),
            },
          },
        ],
        contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
        users: [
          {
            name: 'a',
            user: {
              exec: {
                apiVersion: 'client.authentication.k8s.io/v1',
                interactiveMode: 'Never',
                command,
                args: [...args, 'token', '--output', 'kubectl'],
              },
            },
          },
        ],
      };
      const file = path.join(folder, 'config');
      writeFileSync(file, JSON.stringify(config));
      const answer = await run('kubectl', ['--kubeconfig', file, 'get', '--raw', '/version']);
      expect(JSON.parse(answer)).to.deep.equal({ gitVersion: 'v1.99.0' });
      // Some builds of kubectl ask for the version of the server first.
      expect([...new Set(seen)]).to.deep.equal(['Bearer the-token']);
    });
  });
});
