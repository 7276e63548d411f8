import { ConfigurationError } from '../../ground/errors.js';
import { isArray, isPlainObject, kindOf } from '../../ground/value-kind.js';
import { readFields } from '../../options/option-fields.js';
import { readChoice, readInteger, readItems, readNumber } from '../../options/option-values.js';
import type { ServerAnswer } from './server-answer.js';

/**
 * How a server fails: `'hang'` answers never, `'reset'` drops the connection, `'malformed'` is success with half a JSON text, `'html'`
 * success with a page, as of a gateway. Or an answer, an OAuth error if it has one; or an answer that comes late.
 */
export type TokenServerFault = 'hang' | 'reset' | 'malformed' | 'html' | TokenServerFaultAnswer;

/** An answer that is not the right one, or late. */
export interface TokenServerFaultAnswer {
  /** 200 to 599. Default: 400 with `error`, 503 with `retryAfter` alone; with neither, what the server would answer, so that `{}` lets one of a list through. */
  readonly status?: number | undefined;
  /** The OAuth error code, such as `'temporarily_unavailable'`. */
  readonly error?: string | undefined;
  /** The server's words about `error`. */
  readonly errorDescription?: string | undefined;
  /** The header `Retry-After`: seconds, or a date as text. */
  readonly retryAfter?: number | string | undefined;
  /** By how much the answer is late. ms, 0 to 10 min. */
  readonly delayMs?: number | undefined;
}

const NAMED = ['hang', 'reset', 'malformed', 'html'] as const;
const FIELDS = ['status', 'error', 'errorDescription', 'retryAfter', 'delayMs'] as const;

const WANTED = `must be one of ${NAMED.map((name) => `'${name}'`).join(', ')}, or an object such as { status: 503 }`;
/** What Node.js can send as it is. */
const IN_HEADER = /^[\x20-\x7e]+$/;

const ANSWERS: Readonly<Record<'malformed' | 'html', ServerAnswer>> = {
  malformed: { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"access_token":"' },
  html: {
    status: 200,
    headers: { 'Content-Type': 'text/html' },
    body: '<!doctype html><title>Welcome</title><p>Please log in.',
  },
};

/** What becomes of one request. */
export interface FaultPlan {
  readonly delayMs: number;
  /** `undefined`: as if nothing were wrong. */
  readonly answer: ServerAnswer | 'hang' | 'reset' | undefined;
}

const NO_FAULT: FaultPlan = { delayMs: 0, answer: undefined };

/** The faults that are to come: one for each request, or the same for all. */
export class FaultScript {
  #standing: FaultPlan = NO_FAULT;
  #queue: FaultPlan[] = [];

  /** @throws {ConfigurationError} when it is no fault */
  set(fault: unknown): void {
    const isList = isArray(fault);
    const plans = isList ? readItems('fault', fault).map(readFault) : [readFault(fault)];
    // A test of an outage would pass without one.
    if (!plans.some(isFault))
      throw new ConfigurationError('fault', 'is none: nothing would fail, or be late.');
    this.#standing = isList ? NO_FAULT : (plans[0] ?? NO_FAULT);
    this.#queue = isList ? plans : [];
  }

  clear(): void {
    this.#queue = [];
    this.#standing = NO_FAULT;
  }

  next(): FaultPlan {
    return this.#queue.shift() ?? this.#standing;
  }
}

function isFault({ delayMs, answer }: FaultPlan): boolean {
  return delayMs > 0 || answer !== undefined;
}

function readFault(fault: unknown): FaultPlan {
  if (typeof fault === 'string') {
    const name = readChoice('fault', fault, NAMED);
    return { delayMs: 0, answer: name === 'malformed' || name === 'html' ? ANSWERS[name] : name };
  }
  if (!isPlainObject(fault)) throw new ConfigurationError('fault', `${WANTED}; got ${kindOf(fault)}.`);
  const given = readFields<TokenServerFaultAnswer>('fault fields', fault, FIELDS);
  const delayMs = readNumber('delayMs', given.delayMs, { min: 0, max: 600_000, default: 0 });
  return { delayMs, answer: readAnswer(given) };
}

function readAnswer({
  status,
  error,
  errorDescription,
  retryAfter,
}: TokenServerFaultAnswer): ServerAnswer | undefined {
  for (const [name, text] of Object.entries({ error, errorDescription }))
    if (text !== undefined && typeof text !== 'string')
      throw new ConfigurationError(name, `must be a string; got ${kindOf(text)}.`);
  if (errorDescription !== undefined && error === undefined)
    throw new ConfigurationError('errorDescription', 'describes an error. Give error, too.');
  const headers = readRetryAfter(retryAfter);
  if (status === undefined && error === undefined && retryAfter === undefined) return undefined;
  // RFC 6749 §5.2; RFC 9110 §10.2.3.
  const usual = error === undefined ? 503 : 400;
  const code = readInteger('status', status, { min: 200, max: 599, default: usual });
  if (error === undefined) return { status: code, headers, body: '' };
  return { status: code, headers, body: { error, error_description: errorDescription } };
}

function readRetryAfter(retryAfter: unknown): Readonly<Record<string, string>> {
  if (retryAfter === undefined) return {};
  const isText = typeof retryAfter === 'string' && IN_HEADER.test(retryAfter);
  if (isText || Number.isFinite(retryAfter)) return { 'Retry-After': `${retryAfter}` };
  const got = typeof retryAfter === 'string' && retryAfter !== '' ? 'other text' : kindOf(retryAfter);
  throw new ConfigurationError('retryAfter', `must be seconds, or a date as text; got ${got}.`);
}
