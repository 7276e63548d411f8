import { type Instant, now } from '../../../lib/ground/clock.js';
import { type FailureEvent, type RetryEvent, TokenEndpointError } from '../../../lib/index.js';
import { isClientRefused, isDoubtfulAddress } from '../../../lib/oauth/failure-kinds.js';
import { BLUR_MS } from './expectations.js';
import type { Grant } from './server.js';

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** In words of its own: how long a token of this lifetime may be handed out. */
function usableForMs(lifetimeMs: number): number {
  return lifetimeMs - clamp(lifetimeMs / 50, Math.min(1_000, lifetimeMs / 4), 10_000);
}

function elapsedMs(since: Instant): number {
  const { wall, steady } = now();
  return Math.max(wall - since.wall, steady - since.steady);
}

/** How long a token can still be handed out, by the clock that is further on. */
export function usableMs({ lifetimeMs, sentAt }: Grant): number {
  return usableForMs(lifetimeMs) - elapsedMs(sentAt);
}

type Failed = RetryEvent | FailureEvent;
type Kind = 'passing' | 'refused' | 'permanent' | 'roll-out';

/** For how long a server may be on its way to a new address, or from an old one. */
const ROLL_OUT_MS = 3_000;

/** Keeps account of failed attempts, and says how soon the next one may come at the earliest. */
export class RateOracle {
  readonly #counts: Record<Kind, number> = { passing: 0, refused: 0, permanent: 0, 'roll-out': 0 };
  #doubtfulSince: Instant | undefined;
  #floorMs = 0;
  #last: { readonly at: Instant; readonly earliestMs: number } | undefined;

  /** How long a wait without a token may be. */
  get mostMs(): number {
    return this.#floorMs + 15_000 + BLUR_MS;
  }

  /** Judges the wait that was announced; gives what is wrong with it. */
  failed({ error }: Failed, announcedMs: number, heldMs: number): string | undefined {
    const kind = this.#kindOf(error, heldMs);
    const count = this.#counts[kind]++;
    const [low, high] = this.#rangeOf(kind, count, heldMs);
    const floorMs = Math.min(error.retryAfterMs ?? 0, 3_600_000);
    this.#floorMs = floorMs;
    // A wait may be redrawn once the token it was drawn for is gone. A failure is old news then
    // after 5 seconds, or when the server's own time is over.
    const [lowWithoutToken] = this.#rangeOf(kind, count, 0);
    this.#last = { at: now(), earliestMs: floorMs || Math.min(low, lowWithoutToken, 5_000) };
    const isWithin = announcedMs >= floorMs + low - 1 && announcedMs <= floorMs + high + 1;
    return isWithin ? undefined : `a wait of ${announcedMs} ms, not ${floorMs} + ${low} to ${high} (${kind})`;
  }

  succeeded(): void {
    for (const kind of Object.keys(this.#counts) as Kind[]) this.#counts[kind] = 0;
    this.#last = undefined;
    this.#doubtfulSince = undefined;
    this.#floorMs = 0;
  }

  /** What is wrong with a request at this moment. */
  requested(): string | undefined {
    if (!this.#last || elapsedMs(this.#last.at) >= this.#last.earliestMs - 1) return undefined;
    return `a request ${elapsedMs(this.#last.at)} ms after a failure, not ${this.#last.earliestMs}`;
  }

  #kindOf(error: Failed['error'], heldMs: number): Kind {
    const isDoubtful = error.permanent && isDoubtfulAddress(error);
    this.#doubtfulSince = isDoubtful ? (this.#doubtfulSince ?? now()) : undefined;
    if (!error.permanent || (isDoubtful && heldMs > 0)) return 'passing';
    if (this.#rollOutMs > 0) return 'roll-out';
    return error instanceof TokenEndpointError && isClientRefused(error) ? 'refused' : 'permanent';
  }

  /** How much is left of the time in which an address may still come right. */
  get #rollOutMs(): number {
    return this.#doubtfulSince ? ROLL_OUT_MS - elapsedMs(this.#doubtfulSince) : 0;
  }

  #rangeOf(kind: Kind, count: number, heldMs: number): [number, number] {
    const doubled = (firstMs: number, longestMs: number) => Math.min(firstMs * 2 ** count, longestMs);
    if (kind === 'roll-out') return [Math.min(500, this.#rollOutMs), Math.min(1_000, this.#rollOutMs)];
    if (kind === 'passing') {
      const mostMs = doubled(1_000, heldMs > 0 ? clamp(heldMs / 6, 1_000, 30_000) : 15_000);
      return [0.3 * mostMs, mostMs];
    }
    if (heldMs > 0) {
      const mostMs = Math.min(doubled(30_000, 300_000), heldMs / 3);
      const leastMs = kind === 'refused' ? 5_000 : 500;
      return [Math.max(mostMs / 2, leastMs), Math.max(mostMs, leastMs + 500)];
    }
    if (kind === 'refused') return [5_000, 15_000];
    return [doubled(1_000, 15_000) / 2, doubled(1_000, 15_000)];
  }
}
