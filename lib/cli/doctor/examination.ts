import type { TokenAttemptError } from '../../index.js';
import type { GivenSettings } from '../settings/given-settings.js';
import type { CommandIo } from '../terminal/command-io.js';
import { durationWords } from '../terminal/time-words.js';
import type { OptionValues } from '../usage/command.js';
import { EXIT, exitCodeOf } from '../usage/exit-code.js';
import { checkFailure } from './check-failure.js';
import { CHECKS, type CheckName, type CheckResult } from './check-result.js';
import { adviseClient } from './checks/advise-client.js';
import { checkClock } from './checks/check-clock.js';
import { checkNetwork } from './checks/check-network.js';
import { checkSettings, type GoodSettings } from './checks/check-settings.js';
import { checkToken } from './checks/check-token.js';
import { endpointMeaning, failedAfterNetwork } from './endpoint-meaning.js';
import { probeRequest } from './probes/request-probe.js';
import { tryToken } from './token-trial.js';

export interface ExaminationOptions {
  readonly values: OptionValues;
  /** For each of its requests. */
  readonly timeoutMs: number;
}

/** What has to be well for a token to come: a 401 shows that the endpoint is, and a refused scope that the client is known. */
const OF_THE_SERVER: readonly CheckName[] = ['endpoint', 'client', 'grant', 'scope', 'lifetime'];

/**
 * Looks at one thing after the other, and gives what was seen of each, until going on makes no sense.
 * @returns the exit code
 */
export async function* examine(
  io: CommandIo,
  { values, timeoutMs }: ExaminationOptions,
): AsyncGenerator<CheckResult, number> {
  const found = await checkSettings(io, values);
  yield found.result;
  if (!found.settings) return found.exitCode;
  const { settings } = found;
  const { address } = settings;
  const probe = await probeRequest(address, address, timeoutMs);
  const isReached = yield* checkNetwork(settings, probe, timeoutMs);
  if (!isReached) return exitCodeOf(probe.failure as TokenAttemptError);
  const clock = checkClock(probe);
  yield clock;
  const exitCode = yield* checkServer(settings, { values, timeoutMs });
  return exitCode === EXIT.done && clock.status === 'fail' ? EXIT.permanent : exitCode;
}

/** Asks for the one token. */
async function* checkServer(
  settings: GoodSettings,
  { values, timeoutMs }: ExaminationOptions,
): AsyncGenerator<CheckResult, number> {
  const { options } = settings;
  const { token, failure } = await tryToken(options, timeoutMs);
  if (failure) return yield* tellFailure(failure, settings, { values, timeoutMs });
  yield { check: 'endpoint', status: 'ok', seen: 'answers as a token endpoint' };
  yield { check: 'client', status: 'ok', seen: `${options.clientId} is accepted` };
  if (!token) return EXIT.passing;
  const results = checkToken(token, options);
  yield* results;
  return results.some(({ status }) => status === 'fail') ? EXIT.permanent : EXIT.done;
}

async function* tellFailure(
  failure: TokenAttemptError,
  { options, given }: GoodSettings,
  { values, timeoutMs }: ExaminationOptions,
): AsyncGenerator<CheckResult, number> {
  const failed = failedAfterNetwork(failure);
  for (const check of OF_THE_SERVER.slice(0, Math.max(0, OF_THE_SERVER.indexOf(failed))))
    yield { check, status: 'ok', seen: 'as the answer shows' };
  const isAsked = values['try-both'] === true;
  const advice =
    failed === 'client' ? await adviseClient(options, isAsked, timeoutMs) : adviseOn(failure, given);
  const meaning = failed === 'endpoint' ? endpointMeaning(failure) : undefined;
  yield checkFailure(failed, failure.message, { advice, given, meaning });
  return exitCodeOf(failure);
}

function adviseOn(failure: TokenAttemptError, given: GivenSettings): string {
  if (exitCodeOf(failure) === EXIT.passing) return adviseToWait(failure);
  // The library says where it looked, and what was there in place of metadata.
  const isOfMetadata = /\/\.well-known\/\S+ (answered|sent) /.test(failure.message);
  return isOfMetadata ? `Is this the issuer, as the server names it (${given.get('issuer')?.from})?` : '';
}

/** For what may pass by itself. */
function adviseToWait({ retryAfterMs }: TokenAttemptError): string {
  const wait =
    retryAfterMs === undefined ? 'a little' : `for ${durationWords(retryAfterMs)}, as the server asks`;
  return `Wait ${wait}, and try again; a service does so by itself.`;
}

/** What is left to look at after this one. */
export function checksAfter(check: CheckName): readonly CheckName[] {
  return CHECKS.slice(CHECKS.indexOf(check) + 1);
}
