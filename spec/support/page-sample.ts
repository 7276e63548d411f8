import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import { TokenProvider } from '../../lib/index.js';
import { ApiServer } from './api-server.js';
import { type ChildResult, runNode, startNode } from './child.js';
import { MtlsServer } from './mtls-server.js';
import { PageCredentials } from './page-credentials.js';
import type { Sample } from './pages.js';
import { RedisServer } from './redis-server.js';

/** What came of a sample. */
export interface SampleRun extends ChildResult {
  /** How many token requests reached the authorization server. */
  readonly requests: number;
  /** The tokens that came to the API; `none` for a request without. */
  readonly tokens: readonly string[];
}

const CLIENT = { clientId: 'demo-service', clientSecret: 'demo-secret' };
/** The addresses of `npm run server`, which the README names. */
const OWN_SERVER = 'http://127.0.0.1:8470';
/** A token endpoint and an API that demand a certificate. */
const MTLS_SERVER = 'https://mtls.example.com';
const OTHER_ISSUER = 'https://login.example.com';
const OWN_API = 'http://127.0.0.1:8471';

const CALL_HANDLER = `
const answer = await (typeof GET === 'function' ? GET : handler)();
console.log('status', answer.status ?? answer.statusCode);
`;

/** Runs a sample in a process of its own, with servers on this machine in the place of those that it names. */
export async function runSample(sample: Sample, name: string): Promise<SampleRun> {
  const mtls = sample.code.includes(MTLS_SERVER) ? await MtlsServer.start() : undefined;
  const credentials = await PageCredentials.make(mtls);
  const server = await AuthorizationServer.start({ ...CLIENT, keyClients: [credentials.client] });
  const api = await ApiServer.start();
  api.answer = (_, response) => response.setHeader('Content-Type', 'application/json').end('{"count":3}');
  const redis = needsRedis(sample) ? await RedisServer.start() : undefined;
  // Among the examples, where the name of this package leads to its source.
  const file = `examples/sample-${process.pid}-${name}.${sample.tag === 'cjs' ? 'cjs' : 'ts'}`;
  const code = (await credentials.insert(sample.code, server.issuer))
    .replaceAll(MTLS_SERVER, mtls?.url ?? MTLS_SERVER)
    .replaceAll(`issuer: '${OTHER_ISSUER}'`, `issuer: '${server.issuer}'`)
    .replaceAll("createVerifier({ subdomain: 'acme'", `createVerifier({ issuer: '${server.issuer}'`)
    .replaceAll("subdomain: 'acme'", `tokenEndpoint: '${server.tokenEndpoint}'`)
    .replaceAll(OWN_SERVER, server.origin)
    .replaceAll('https://api.example.com', api.origin)
    .replaceAll(OWN_API, api.origin);
  writeFileSync(file, sample.tag === 'handler' ? code + CALL_HANDLER : code);
  try {
    if (sample.tag === 'service') return await runService(file, server, api.origin);
    const env = {
      ...(redis && { REDIS_URL: `redis://127.0.0.1:${redis.port}` }),
      ...(mtls && { NODE_EXTRA_CA_CERTS: credentials.caFile }),
    };
    const child = await runNode([...startOf(sample), file], env);
    return { ...child, requests: server.requests, tokens: api.tokens };
  } finally {
    rmSync(file);
    await Promise.all([server.stop(), api.stop(), redis?.close(), mtls?.stop(), credentials.remove()]);
  }
}

function startOf({ tag, code }: Sample): string[] {
  if (tag === 'mocha') return ['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', '--no-config'];
  // Node.js 20 calls these an experiment.
  const quiet = code.includes('mock.timers') ? ['--disable-warning=ExperimentalWarning'] : [];
  return [...quiet, '--import', 'tsx'];
}

/** Calls the service that a sample is, without a token and with one, and ends it. */
async function runService(file: string, server: AuthorizationServer, audience: string): Promise<SampleRun> {
  const port = await freePort();
  const token = await tokenFor(server, audience);
  const env = { PORT: `${port}`, TSX_TSCONFIG_PATH: 'spec/support/decorators.tsconfig.json' };
  const child = startNode(['--import', 'tsx', file], env);
  const ended = once(child, 'exit');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const url = `http://127.0.0.1:${port}/orders`;
  const statuses: unknown[] = [];
  while (statuses.length === 0 && child.exitCode === null)
    await statusOf(url).then(
      (status) => statuses.push(status),
      () => sleep(50),
    );
  if (child.exitCode === null) statuses.push(await statusOf(url, token));
  child.kill();
  const [code] = await ended;
  return { code: code ?? 0, stdout: `statuses ${statuses}\n`, stderr, requests: 0, tokens: [] };
}

async function statusOf(url: string, token?: string): Promise<number> {
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  const answer = await fetch(url, { headers: { Connection: 'close', ...authorization } });
  await answer.text();
  return answer.status;
}

async function tokenFor(server: AuthorizationServer, resource: string): Promise<string> {
  const { tokenEndpoint } = server;
  await using provider = new TokenProvider({ ...CLIENT, tokenEndpoint, resource, scope: 'read' });
  return await provider.getToken();
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function needsRedis({ code }: Sample): boolean {
  return /from '(ioredis|redis)'/.test(code);
}

/** Whether the sample asks an authorization server that answers here. */
export function asksForToken({ code }: Sample): boolean {
  const places = ["subdomain: 'acme'", `issuer: '${OTHER_ISSUER}'`, OWN_SERVER];
  return /\bTokenProvider\(/.test(code) && places.some((place) => code.includes(place));
}
