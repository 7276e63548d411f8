import { ConfigurationError } from '../ground/errors.js';
import { readSignal } from '../options/call-options.js';
import { readFields } from '../options/option-fields.js';
import { readNumber } from '../options/option-values.js';
import { WAIT_RANGE } from '../options/settings.js';
import { readScope } from '../options/token-request-settings.js';
import type { Patience } from '../renewal/waiting-room.js';

/** What one call of `verify()` may ask for. */
export interface VerifyOptions {
  /** The scope that the token must have, all of it: an array, or one string with spaces. Default none. */
  readonly scope?: string | readonly string[] | undefined;
  /** Ends this caller's wait for keys, with the signal's reason. */
  readonly signal?: AbortSignal | null | undefined;
  /** How long this caller waits where no keys are held. ms, 0 to 1 hour. Default: the verifier's. */
  readonly maxWaitMs?: number | undefined;
}

const OPTIONS: readonly (keyof VerifyOptions)[] = ['scope', 'signal', 'maxWaitMs'];

/** @throws {ConfigurationError} when an option is malformed */
export function readVerifyOptions(
  options: VerifyOptions = {},
  maxWaitMs: number,
): Patience & { readonly scope: readonly string[] } {
  const given = readFields<VerifyOptions>('verify options', options, OPTIONS);
  return {
    scope: readNeeded(given.scope) ?? [],
    signal: readSignal(given.signal ?? undefined),
    maxWaitMs: readNumber('maxWaitMs', given.maxWaitMs, { ...WAIT_RANGE, default: maxWaitMs }),
  };
}

/** Of a middleware, whose calls have nothing else to say. `undefined` where it asks for none. */
export function readScopeOption(options: Pick<VerifyOptions, 'scope'>): readonly string[] | undefined {
  const { scope } = readFields<Pick<VerifyOptions, 'scope'>>('middleware options', options, ['scope']);
  return readNeeded(scope);
}

/** Empty text would let every token pass, as where a setting is missing; an empty list says that none is needed. */
function readNeeded(given: unknown): readonly string[] | undefined {
  const scope = readScope(given);
  if (scope?.length !== 0 || (Array.isArray(given) && given.length === 0)) return scope;
  throw new ConfigurationError('scope', 'must not be empty. Leave it out to ask for none.');
}
