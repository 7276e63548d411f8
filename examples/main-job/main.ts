/**
 * The main job: a token for one client, always fresh, under the calls of a busy service and through an outage. Each token is verified, too.
 * Against OneLogin with ONELOGIN_SUBDOMAIN, ONELOGIN_CLIENT_ID and ONELOGIN_CLIENT_SECRET set, against any server by variables of M2M_,
 * else against a real authorization server in this process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConfigurationError,
  TokenProvider,
  TokenProviderError,
  type TokenProviderOptions,
} from 'm2m-token-provider';
import { AuthorizationServer } from '../embedded/authorization-server.js';
import { callAway } from './callers.js';
import { EnvironmentError, readEnvironment } from './environment.js';
import { Journal } from './journal.js';
import { makeOutage } from './outage.js';
import { Screen } from './screen.js';
import { summarize } from './summary.js';
import { verifyEach } from './verification.js';

const RUN_MS = 30_000;
const LIFETIME_SECONDS = 15;
/** What shells give for a program ended by SIGINT. */
const INTERRUPTED = 130;
const DEMO_CLIENT = { clientId: 'demo-service', clientSecret: 'demo-secret' };

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof TokenProviderError || error instanceof EnvironmentError)) throw error;
  console.error(error instanceof ConfigurationError ? `Wrong settings. ${error.message}` : error.message);
  return 1;
});

async function main(): Promise<number> {
  const options = readEnvironment(process.env);
  if (options) {
    console.log(
      `Working against ${options.issuer ?? options.tokenEndpoint ?? 'OneLogin'}, as the environment says.\n`,
    );
    return work(options);
  }
  const server = await AuthorizationServer.start({ ...DEMO_CLIENT, lifetimeSeconds: LIFETIME_SECONDS });
  console.log(
    `No M2M_* or ONELOGIN_* variables are set: working against a real authorization server (oidc-provider) in this process,\n` +
      `at ${server.tokenEndpoint}, with tokens of ${LIFETIME_SECONDS} s. This takes ${RUN_MS / 1_000} s.\n`,
  );
  try {
    const { tokenEndpoint } = server;
    return await work({ ...DEMO_CLIENT, tokenEndpoint, scope: 'read', requestTimeoutMs: 1_000 }, server);
  } finally {
    await server.stop();
  }
}

async function work(options: TokenProviderOptions, server?: AuthorizationServer): Promise<number> {
  const screen = new Screen();
  const journal = new Journal(screen.print);
  await using provider = new TokenProvider(options);
  journal.follow(provider);
  await using _verifier = verifyEach(provider, options, journal);
  screen.start(provider, journal);
  try {
    await provider.getToken({ signal: stop.signal });
    const plot = server ? makeOutage(server, provider, journal, stop.signal) : renewOnRequest(provider);
    const calls = callAway(provider, journal, stop.signal);
    // On a slow machine the outage may take longer than the run is meant to.
    await Promise.allSettled([plot, sleep(RUN_MS - journal.elapsedMs, undefined, { signal: stop.signal })]);
    stop.signal.throwIfAborted();
    stop.abort();
    await calls;
  } catch (error) {
    screen.stop(journal);
    if (!stop.signal.aborted) throw error;
    console.log('\nStopped.');
    return INTERRUPTED;
  }
  screen.stop(journal);
  console.log(`\n${summarize(journal, provider, server)}`);
  return journal.figures.failed === 0 ? 0 : 1;
}

/** OneLogin's tokens live for minutes: ask for two renewals, to see that nobody waits for them. */
async function renewOnRequest(provider: TokenProvider): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await sleep(RUN_MS / 3, undefined, { signal: stop.signal });
    await provider.refresh();
  }
}
