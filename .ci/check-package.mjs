/** Packs the project, looks at what is in it, and uses it from another package: as ESM, as CommonJS and in TypeScript. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { isBuiltin } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { pasteSamples } from './paste-samples.mjs';

const root = path.resolve(import.meta.dirname, '..');
const bin = (name) => path.join(root, 'node_modules', '.bin', name);
/** Gives what the command prints; shows it where the command fails. */
const run = (cwd, command, ...args) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const check = (isTrue, what) => {
  if (!isTrue) throw new Error(`Not so: ${what}.`);
  console.log(`ok  ${what}`);
};

const ENTRIES = ['index', 'fetch', 'undici', 'redis', 'verify', 'client-auth', 'testing', 'opentelemetry'];

/** Short names inside a file, and what the constructor of an exported error takes. */
const UNEXPORTED = ['Fetch', 'Options', 'TokenEndpointFailure', 'VerificationFailure'];

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'm2m-package-'));
try {
  const [packed] = JSON.parse(
    run(root, 'npm', 'pack', '--json', '--silent', '--pack-destination', work).replace(/^[^[]*/, ''),
  );
  const tarball = path.join(work, packed.filename);
  checkContents(packed.files.map((file) => file.path));
  checkProgram(packed.files.map((file) => file.path));
  checkTypes();
  checkBundled();
  checkImports(packed.files.map((file) => file.path));
  console.log(run(root, bin('publint'), tarball, '--strict').trim());
  console.log(run(root, bin('attw'), tarball, '--quiet').trim());
  const user = useFromElsewhere(tarball);
  const count = await pasteSamples(root, user);
  check(count > 3, `the ${count} samples of the README run when pasted, as ES modules and as CommonJS`);
  sendAsPublished();
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

function checkContents(files) {
  const odd = files.filter(
    (file) =>
      !/^(dist|docs|examples)\/|^bench\/.*\.svg$|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(
        file,
      ),
  );
  check(odd.length === 0, `the package holds nothing else (${odd.join(', ') || `${files.length} files`})`);
  for (const entry of ENTRIES) {
    const kinds = ['.js', '.d.ts', '.cjs', '.d.cts'];
    // The main entry only names what is in a file that others load as well.
    const code = entry === 'index' ? 'shared/main' : entry;
    const maps = ['.js', '.cjs'].map((kind) => `${code}${kind}.map`);
    const names = [...kinds.map((kind) => entry + kind), ...maps];
    const isWhole = names.every((name) => files.includes(`dist/${name}`));
    check(isWhole, `the package holds dist/${entry} with its types and maps`);
  }
}

/** The command line is an ES module alone, that Node.js runs. */
function checkProgram(files) {
  const text = fs.readFileSync(path.join(root, 'dist', 'cli.js'), 'utf8');
  check(text.startsWith('#!/usr/bin/env node\n'), 'dist/cli.js is a program');
  check(files.includes('dist/m2m-token.1'), 'it comes with its manual page');
  const odd = files.filter((file) => /^dist\/cli\.(?!js$|js\.map$)/.test(file));
  check(
    odd.length === 0,
    `dist/cli.js has no types, and no CommonJS beside it (${odd.join(', ') || 'none'})`,
  );
}

/** Whoever audits this package must know what is in it. */
function checkBundled() {
  const read = (file) => fs.readFileSync(path.join(root, file), 'utf8');
  const names = [...read('dist/LICENSES.txt').matchAll(/^(\S+) \d+\.\S+ \(.+\)$/gm)].map(([, name]) => name);
  const unsaid = names.filter((name) => !read('docs/security.md').includes(name));
  check(
    names.length > 4 && unsaid.length === 0,
    `docs/security.md names all ${names.length} packages that are bundled`,
  );
}

/** What is not exported is not documented: it has no place in the published types. */
function checkTypes() {
  for (const file of ENTRIES.map((entry) => `${entry}.d.ts`)) {
    const text = fs.readFileSync(path.join(root, 'dist', file), 'utf8');
    const declared = text.matchAll(
      /^(?:declare )?(?:abstract )?(?:interface|type|class|function|const) (\w+)/gm,
    );
    const exported = /^export \{([^}]*)\}/m.exec(text)[1].match(/\w+/g);
    const inner = [...declared].map(([, name]) => name).filter((name) => !exported.includes(name));
    const odd = inner.filter((name) => !UNEXPORTED.includes(name));
    check(
      odd.length === 0,
      `dist/${file} names nothing but what it exports (${odd.join(', ') || 'all of it'})`,
    );
  }
}

/** Nothing else is installed, and bundlers find no `require` in an ES module. */
function checkImports(files) {
  for (const file of files.filter((name) => /\.c?js$/.test(name))) {
    const text = fs.readFileSync(path.join(root, file), 'utf8');
    const pattern = file.endsWith('.cjs')
      ? /\brequire\("([^"]+)"\)/g
      : /^(?:import|export) [^"]*"([^"]+)"|\bimport\("([^"]+)"\)/gm;
    const loaded = [...text.matchAll(pattern)].map(([, name, late]) => name ?? late);
    // Whoever records metrics has it.
    const isOwn = (name) =>
      name.startsWith('.') || (/^dist\/opentelemetry\./.test(file) && name === '@opentelemetry/api');
    const foreign = loaded.filter((name) => !isOwn(name) && !isBuiltin(name));
    const isClean = foreign.length === 0 && (file.endsWith('.cjs') || !/\brequire\(/.test(text));
    check(
      isClean,
      `${file} loads modules of Node.js and its own alone (${foreign.join(', ') || 'all of it'})`,
    );
  }
}

/** The published file that sends requests keeps to the specs, though parts are left out. */
function sendAsPublished() {
  const hook = path.join(root, '.ci', 'published-core.mjs');
  const scenarios = ['proxies', 'onelogin', 'faults'].map((name) => `spec/scenarios/${name}.spec.ts`);
  const env = { ...process.env, NODE_OPTIONS: `--import ${pathToFileURL(hook)}` };
  execFileSync(bin('mocha'), ['spec/http/**/*.spec.ts', ...scenarios], { cwd: root, env, stdio: 'inherit' });
  check(true, 'the specs of requests and proxies hold for the file that sends them');
}

function useFromElsewhere(tarball) {
  const user = path.join(work, 'user');
  fs.mkdirSync(user);
  const write = (file, text) => fs.writeFileSync(path.join(user, file), text);
  write('package.json', '{ "private": true }');
  run(
    user,
    'npm',
    'install',
    '--silent',
    '--no-audit',
    '--no-fund',
    tarball,
    '@types/node@20',
    'axios@1',
    'undici@7',
    'ioredis@6',
    'redis@6',
    '@opentelemetry/api@1',
  );

  const job = `
    const server = http.createServer(({ url, headers }, response) => {
      if (url === '/token') response.end(JSON.stringify({ access_token: 'abc', token_type: 'Bearer', expires_in: 600 }));
      else response.writeHead(url === '/404' ? 404 : 200).end(headers.authorization);
    });
    server.listen(0, '127.0.0.1', async () => {
      const origins = 'http://127.0.0.1:' + server.address().port;
      const provider = new TokenProvider({ tokenEndpoint: origins + '/token', clientId: 'a', clientSecret: 'b' });
      const stop = instrument(provider);
      console.log(await provider.getToken());
      stop();
      const api = axios.create({ baseURL: origins });
      attachToken(api, provider);
      console.log((await api.get('/')).data);
      const error = await api.get('/404').catch((error) => error);
      console.log(error instanceof axios.AxiosError, error.status);
      console.log(await (await createAuthorizedFetch(provider, { origins })(origins)).text());
      const agent = new Agent();
      const { body } = await agent.compose(tokenInterceptor(provider, { origins })).request({ origin: origins, path: '/', method: 'GET' });
      console.log(await body.text());
      await agent.close();
      const client = new Redis({ lazyConnect: true, enableOfflineQueue: false, retryStrategy: null });
      client.on('error', () => undefined);
      const store = new RedisTokenStore({ client, keys: { k1: Buffer.alloc(32) } });
      const alone = new TokenProvider({ tokenEndpoint: origins + '/token', clientId: 'a', clientSecret: 'b', store });
      alone.on('degrade', ({ trouble }) => console.log(trouble));
      console.log(await alone.getToken());
      await alone.close();
      client.disconnect();
      await provider.close();
      server.close();
      server.closeAllConnections();
    });`;
  const imports = [
    ['http', 'node:http'],
    ['axios', 'axios'],
    ['{ Agent }', 'undici'],
    ['{ Redis }', 'ioredis'],
    ['{ attachToken, TokenProvider }', 'm2m-token-provider'],
    ['{ createAuthorizedFetch }', 'm2m-token-provider/fetch'],
    ['{ tokenInterceptor }', 'm2m-token-provider/undici'],
    ['{ RedisTokenStore }', 'm2m-token-provider/redis'],
    ['{ instrument }', 'm2m-token-provider/opentelemetry'],
  ];
  write('user.cjs', imports.map(([what, from]) => `const ${what} = require('${from}');`).join('\n') + job);
  write('user.mjs', imports.map(([what, from]) => `import ${what} from '${from}';`).join('\n') + job);
  for (const name of ['m2m-token', 'm2m-token-provider']) {
    const version = run(user, 'npx', '--no-install', name, '--version');
    check(
      version === `${JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version}\n`,
      `npx ${name} runs`,
    );
  }
  for (const file of ['user.mjs', 'user.cjs']) {
    const output = run(user, process.execPath, '--throw-deprecation', file);
    const expected = ['abc', 'Bearer abc', 'true 404', 'Bearer abc', 'Bearer abc', 'read', 'abc', ''].join(
      '\n',
    );
    check(
      output === expected,
      `${file} gets a token, attaches it to axios, fetch and undici, and does without Redis`,
    );
  }

  const typed = `import http from 'node:http';
    import axios from 'axios';
    import { Agent } from 'undici';
    import { attachToken, TokenProvider, type RefreshEvent, TokenUnavailableError } from 'm2m-token-provider';
    import { createAuthorizedFetch } from 'm2m-token-provider/fetch';
    import { tokenInterceptor } from 'm2m-token-provider/undici';
    import { Cluster, Redis } from 'ioredis';
    import { createClient, createCluster, createSentinel } from 'redis';
    import { RedisTokenStore } from 'm2m-token-provider/redis';
    import { metrics } from '@opentelemetry/api';
    import { instrument } from 'm2m-token-provider/opentelemetry';
    import { createVerifier, TokenVerificationError, type Verifier } from 'm2m-token-provider/verify';
    import { clientAssertion, clientSecretJwt, privateKeyJwt, type PrivateKeyJwtOptions } from 'm2m-token-provider/client-auth';
    import { type FakeProvider, fakeProvider, startTokenServer, tokenStoreContract } from 'm2m-token-provider/testing';
    const provider: TokenProvider = new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: async () => 'b' });
    provider.on('refresh', (event: RefreshEvent) => event.expiresAt.toFixed());
    export const token: Promise<string> = provider.getToken({ maxWaitMs: 5 });
    new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: 'b', http: axios.create() });
    attachToken(axios.create(), provider, { origins: 'https://api.example.com', target: ({ url }) => ({ region: url }) });
    export const authorized: typeof fetch = createAuthorizedFetch(provider, { origins: [new URL('https://api.example.com')] });
    new Agent().compose(tokenInterceptor(provider, { origins: 'https://api.example.com', target: ({ path }) => ({ scope: path }) }));
    const keys = { k1: process.env.TOKEN_STORE_KEY };
    const store = new RedisTokenStore({ client: new Redis(), keys });
    new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: 'b', store });
    new RedisTokenStore({ client: new Cluster([]), sealed: false });
    new RedisTokenStore({ client: createClient(), keys: { k1: async () => Buffer.alloc(32) }, prefix: 'svc:' });
    new RedisTokenStore({ client: createCluster({ rootNodes: [] }), keys });
    new RedisTokenStore({ client: createSentinel({ name: 'a', sentinelRootNodes: [] }), keys });
    export const isLater = (error: unknown) => error instanceof TokenUnavailableError && error.retryAt;
    const verifier: Verifier = createVerifier({ issuer: new URL('https://as.example'), audience: ['a', 'b'], algorithms: ['ES256'] });
    const guard = verifier.middleware({ scope: ['read'] });
    http.createServer((request, response) => guard(request, response, () => response.end()));
    http.createServer(async (request) => (await verifier.verifyRequest(request)).scope.join());
    export const reader = async () => (await verifier.verifyRequest(new Request('https://a.example'))).claims.sub;
    export const isRefused = (error: unknown) => error instanceof TokenVerificationError && error.httpStatus;
    verifier.on('refresh', ({ keys }) => keys.toFixed());
    const signer: PrivateKeyJwtOptions = { key: { sign: async (data) => data.subarray(1), alg: 'ES256' }, kid: 'k1' };
    for (const authentication of [privateKeyJwt(signer), clientSecretJwt({ secret: 'b' }), clientAssertion(async () => 'a.b.c')])
      new TokenProvider({ subdomain: 'acme', clientId: 'a', authentication });
    const fake: FakeProvider = fakeProvider({ token: ({ clientId }) => clientId });
    const asReal: TokenProvider = fake.set({ token: ['a', 'b'] }).fail().expire({ clientId: 'a' });
    attachToken(axios.create(), asReal, { origins: 'https://api.example.com' });
    export const asked: readonly unknown[] = fake.calls.map(({ method, target }) => [method, target?.clientId]);
    export const run = () => Promise.all(tokenStoreContract(() => store, { shared: true }).map((one) => one.run()));
    export const start = async () => (await startTokenServer({ alg: 'ES256' })).fail(['hang', { status: 503 }]).counts.issued;
    const stop: () => void = instrument(provider, { meter: metrics.getMeter('a'), clientIdAttribute: 'client' });
    stop();
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
  return user;
}
