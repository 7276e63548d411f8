import { MONTH_MS } from '../ground/clock.js';
import { ConfigurationError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';
import { readable, readFields } from './option-fields.js';
import { readNumber } from './option-values.js';
import { type Settings, WAIT_RANGE } from './settings.js';
import { readTargetFields, TARGET_OPTIONS, type TargetQuery } from './target-query.js';
import type { GetTokenOptions, WaitOptions } from './token-provider-options.js';

const WAIT_OPTIONS: readonly (keyof WaitOptions)[] = ['signal', 'maxWaitMs', 'minValidityMs'];

/** How one call waits for its token, checked and complete. */
export interface CallOptions {
  readonly signal: AbortSignal | undefined;
  readonly maxWaitMs: number;
  readonly minValidityMs: number;
}

/** What a call of `getToken()` says: whose token, and how to wait for it. */
export function readGetTokenOptions(
  options: GetTokenOptions,
  settings: Pick<Settings, 'maxWaitMs'>,
): { query: TargetQuery; call: CallOptions } {
  const known = [...TARGET_OPTIONS, ...WAIT_OPTIONS];
  const fields = readFields<GetTokenOptions>('getToken options', options, known);
  return { query: readTargetFields(fields), call: readCallFields(fields, settings) };
}

/** What a call of a handle says: how to wait. */
export function readWaitOptions(options: WaitOptions, settings: Pick<Settings, 'maxWaitMs'>): CallOptions {
  return readCallFields(readFields<WaitOptions>('getToken options', options, WAIT_OPTIONS), settings);
}

function readCallFields(fields: WaitOptions, { maxWaitMs }: Pick<Settings, 'maxWaitMs'>): CallOptions {
  return {
    signal: readSignal(fields.signal ?? undefined),
    maxWaitMs: readNumber('maxWaitMs', fields.maxWaitMs, { ...WAIT_RANGE, default: maxWaitMs }),
    minValidityMs: readNumber('minValidityMs', fields.minValidityMs, { min: 0, max: MONTH_MS, default: 0 }),
  };
}

/** Not by `instanceof`: polyfills and other realms make signals, too. */
export function readSignal(signal: unknown): AbortSignal | undefined {
  const [aborted, ...methods] = readable('signal', () => {
    const { aborted, addEventListener, removeEventListener } = (signal ?? {}) as Partial<AbortSignal>;
    return [aborted, addEventListener, removeEventListener];
  });
  const isFunction = (member: unknown) => typeof member === 'function';
  const isSignal = typeof aborted === 'boolean' && methods.every(isFunction);
  if (signal !== undefined && !isSignal) {
    throw new ConfigurationError('signal', `must be an AbortSignal; got ${kindOf(signal)}.`);
  }
  return signal as AbortSignal | undefined;
}
