/** Packs the project, looks at what is in it, and uses it from another package: as ESM, as CommonJS and in TypeScript. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);
/** Gives what the command prints; shows it where the command fails. */
const run = (cwd, command, ...args) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const check = (isTrue, what) => {
  if (!isTrue) throw new Error(`Not so: ${what}.`);
  console.log(`ok  ${what}`);
};

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'm2m-package-'));
try {
  const [packed] = JSON.parse(
    run(root, 'npm', 'pack', '--json', '--silent', '--pack-destination', work).replace(/^[^[]*/, ''),
  );
  const tarball = path.join(work, packed.filename);
  checkContents(packed.files.map((file) => file.path));
  console.log(run(root, bin('publint'), tarball, '--strict').trim());
  console.log(run(root, bin('attw'), tarball, '--profile', 'esm-only', '--quiet').trim());
  useFromElsewhere(tarball);
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

function checkContents(files) {
  const odd = files.filter(
    (file) => !/^(dist|lib)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(file),
  );
  check(odd.length === 0, `the package holds nothing else (${odd.join(', ') || `${files.length} files`})`);
  for (const kind of ['.js', '.js.map', '.d.ts', '.d.ts.map']) {
    check(files.includes(`dist/index${kind}`), `the package holds dist/index${kind}`);
  }
}

function useFromElsewhere(tarball) {
  const user = path.join(work, 'user');
  fs.mkdirSync(user);
  const write = (file, text) => fs.writeFileSync(path.join(user, file), text);
  write('package.json', '{ "private": true }');
  run(user, 'npm', 'install', '--silent', '--no-audit', '--no-fund', tarball, '@types/node@20');

  const job = `
    const http = require('node:http');
    const server = http.createServer((request, response) => response.end(
      JSON.stringify({ access_token: 'abc', token_type: 'Bearer', expires_in: 600 })));
    server.listen(0, '127.0.0.1', async () => {
      const { port } = server.address();
      const provider = new TokenProvider({ tokenEndpoint: 'http://127.0.0.1:' + port, clientId: 'a', clientSecret: 'b' });
      console.log(await provider.getToken());
      await provider.close();
      server.close();
    });`;
  write('user.cjs', `const { TokenProvider } = require('m2m-token-provider');${job}`);
  write(
    'user.mjs',
    `import { createRequire } from 'node:module'; import { TokenProvider } from 'm2m-token-provider';
    const require = createRequire(import.meta.url);${job}`,
  );
  for (const file of ['user.mjs', 'user.cjs']) {
    const output = run(user, process.execPath, '--throw-deprecation', file);
    check(output === 'abc\n', `${file} gets a token`);
  }

  const typed = `import { TokenProvider, type RefreshEvent, TokenUnavailableError } from 'm2m-token-provider';
    const provider: TokenProvider = new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: async () => 'b' });
    provider.on('refresh', (event: RefreshEvent) => event.expiresAt.toFixed());
    export const token: Promise<string> = provider.getToken({ maxWaitMs: 5 });
    export const isLater = (error: unknown) => error instanceof TokenUnavailableError && error.retryAt;
    // @ts-expect-error: there is no such option.
    new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: 'b', color: 'red' });`;
  write('user.mts', typed);
  write('user.cts', typed);
  const options = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--module',
    'nodenext',
    '--target',
    'es2022',
  ];
  run(user, bin('tsc'), ...options, '--types', 'node', 'user.mts', 'user.cts');
  check(true, 'the types hold in TypeScript, as ESM and as CommonJS');
}
