import { type Instant, now } from '../../../lib/ground/clock.js';
import type { FailureEvent, RetryEvent } from '../../../lib/index.js';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../../lib/index.js';
import { BLUR_MS } from './expectations.js';
import { elapsedMs } from './grant.js';
import { isNotThere, passes, refusesClient } from './words.js';

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

type Kind = 'passing' | 'refused' | 'permanent' | 'roll-out';
type Range = [number, number];

/** Keeps account of failed attempts, and says how soon the next one may come at the earliest. */
export class RateOracle {
  readonly #counts = new Map<Kind, number>();
  #floorMs = 0;
  #last: { readonly at: Instant; readonly earliestMs: number } | undefined;
  #doubtfulSince: Instant | undefined;

  /** How long a wait without a token may be. */
  get mostMs(): number {
    return this.#floorMs + 15_000 + BLUR_MS;
  }

  /** Judges the wait that was announced; gives what is wrong with it. */
  failed({ error }: RetryEvent | FailureEvent, announcedMs: number, heldMs: number): string | undefined {
    const kind = this.#kindOf(error, heldMs > 0);
    const before = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, before + 1);
    const [low, high] = this.#range(kind, before, heldMs);
    const [lowWithout] = this.#range(kind, before, 0);
    const floorMs = Math.min(error.retryAfterMs ?? 0, 3_600_000);
    this.#floorMs = floorMs;
    // A wait may be redrawn once the token it was drawn for is gone; 5 s later a permanent failure is forgotten then.
    this.#last = { at: now(), earliestMs: Math.max(floorMs, Math.min(low, lowWithout, 5_000)) };
    const isWithin = announcedMs >= floorMs + low - 1 && announcedMs <= floorMs + high + 1;
    return isWithin ? undefined : `a wait of ${announcedMs} ms, not ${floorMs} + ${low} to ${high} (${kind})`;
  }

  succeeded(): void {
    this.#counts.clear();
    this.#last = undefined;
    this.#floorMs = 0;
    this.#doubtfulSince = undefined;
  }

  /** What is wrong with a request at this moment. */
  requested(): string | undefined {
    if (!this.#last || elapsedMs(this.#last.at) >= this.#last.earliestMs - BLUR_MS) return undefined;
    return `a request ${elapsedMs(this.#last.at)} ms after a failure, not ${this.#last.earliestMs}`;
  }

  #kindOf(error: FailureEvent['error'], isHeld: boolean): Kind {
    const isDoubtful = error.permanent && mayBeWrongAddress(error);
    this.#doubtfulSince = isDoubtful ? (this.#doubtfulSince ?? now()) : undefined;
    if (!error.permanent || (isDoubtful && isHeld)) return 'passing';
    if (this.#rollOutMs > 0) return 'roll-out';
    return error instanceof TokenEndpointError && refusesClient(error) ? 'refused' : 'permanent';
  }

  /** For how long an address is still tried. */
  get #rollOutMs(): number {
    return this.#doubtfulSince ? 3_000 - elapsedMs(this.#doubtfulSince) : 0;
  }

  #range(kind: Kind, before: number, heldMs: number): Range {
    const doubled = (ms: number, most: number) => Math.min(ms * 2 ** before, most);
    if (kind === 'passing') {
      const mostMs = doubled(1_000, heldMs > 0 ? clamp(heldMs / 6, 1_000, 30_000) : 15_000);
      return [0.3 * mostMs, mostMs];
    }
    if (kind === 'roll-out') return [Math.min(500, this.#rollOutMs), Math.min(1_000, this.#rollOutMs)];
    const leastMs = kind === 'refused' ? 5_000 : 500;
    if (heldMs > 0) {
      const mostMs = Math.min(doubled(30_000, 300_000), heldMs / 3);
      return [Math.max(mostMs / 2, leastMs), Math.max(mostMs, leastMs + 500)];
    }
    if (kind === 'refused') return [5_000, 15_000];
    const mostMs = doubled(1_000, 15_000);
    return [mostMs / 2, mostMs];
  }
}

/** In words of its own: whether nothing of OAuth has answered. */
export function mayBeWrongAddress(error: FailureEvent['error']): boolean {
  if (error instanceof TokenEndpointError) return isNotThere(error);
  if (error instanceof TokenRequestError) return error.reason === 'ENOTFOUND';
  return error instanceof TokenResponseError && /not a token/.test(error.message);
}

/** Whether an answer was judged wrongly: as one that stays or one that passes. */
export function isMisjudged(error: FailureEvent['error']): boolean {
  if (error instanceof TokenRequestError && error.reason === 'ERR_PROXY')
    return error.permanent === /answered (5..|429)/.test(error.message) || /clientSecret/.test(error.message);
  return error instanceof TokenEndpointError && !isNotThere(error) && error.permanent === passes(error);
}
