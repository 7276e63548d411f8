import { rmSync, writeFileSync } from 'node:fs';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import { ApiServer } from './api-server.js';
import { type ChildResult, runNode } from './child.js';
import type { Sample } from './pages.js';
import { RedisServer } from './redis-server.js';

/** What came of a sample. */
export interface SampleRun extends ChildResult {
  /** How many token requests reached the authorization server. */
  readonly requests: number;
  /** The tokens that came to the API; `none` for a request without. */
  readonly tokens: readonly string[];
}

/** The addresses of `npm run server`, which the README names. */
const OWN_SERVER = 'http://127.0.0.1:8470';
const OWN_API = 'http://127.0.0.1:8471';

const CALL_HANDLER = `
const answer = await (typeof GET === 'function' ? GET : handler)();
console.log('status', answer.status ?? answer.statusCode);
`;

/** Runs a sample in a process of its own, with servers on this machine in the place of those that it names. */
export async function runSample(sample: Sample, name: string): Promise<SampleRun> {
  const server = await AuthorizationServer.start({ clientId: 'demo-service', clientSecret: 'demo-secret' });
  const api = await ApiServer.start();
  api.answer = (_, response) => response.setHeader('Content-Type', 'application/json').end('{"count":3}');
  const redis = needsRedis(sample) ? await RedisServer.start() : undefined;
  // Among the examples, where the name of this package leads to its source.
  const file = `examples/sample-${process.pid}-${name}.${sample.tag === 'cjs' ? 'cjs' : 'ts'}`;
  const code = sample.code
    .replaceAll("subdomain: 'acme'", `tokenEndpoint: '${server.tokenEndpoint}'`)
    .replaceAll(OWN_SERVER, server.origin)
    .replaceAll('https://api.example.com', api.origin)
    .replaceAll(OWN_API, api.origin);
  writeFileSync(file, sample.tag === 'handler' ? code + CALL_HANDLER : code);
  try {
    const env = redis ? { REDIS_URL: `redis://127.0.0.1:${redis.port}` } : {};
    const child = await runNode(['--import', 'tsx', file], env);
    return { ...child, requests: server.requests, tokens: api.tokens };
  } finally {
    rmSync(file);
    await Promise.all([server.stop(), api.stop(), redis?.close()]);
  }
}

export function needsRedis({ code }: Sample): boolean {
  return /from '(ioredis|redis)'/.test(code);
}

/** Whether the sample asks an authorization server that answers here. */
export function asksForToken({ code }: Sample): boolean {
  return code.includes("subdomain: 'acme'") || code.includes(OWN_SERVER);
}
