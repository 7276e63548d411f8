import { type Instant, now } from '../../../lib/ground/clock.js';
import type { FailureEvent, RetryEvent } from '../../../lib/index.js';
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

/** Keeps account of failed attempts, and says how soon the next one may come at the earliest. */
export class RateOracle {
  #passing = 0;
  #permanent = 0;
  #floorMs = 0;
  #last: { readonly at: Instant; readonly earliestMs: number } | undefined;

  /** How long a wait without a token may be. */
  get mostMs(): number {
    return this.#floorMs + 15_000 + BLUR_MS;
  }

  /** Judges the wait that was announced; gives what is wrong with it. */
  failed({ error }: RetryEvent | FailureEvent, announcedMs: number, heldMs: number): string | undefined {
    const [low, high] = error.permanent ? this.#memory(heldMs) : this.#backoff(heldMs);
    const floorMs = Math.min(error.retryAfterMs ?? 0, 3_600_000);
    this.#floorMs = floorMs;
    // A wait may be redrawn once the token it was drawn for is gone.
    this.#last = { at: now(), earliestMs: floorMs + (error.permanent ? 5_000 : Math.min(low, 0.3 * 15_000)) };
    const isWithin = announcedMs >= floorMs + low - 1 && announcedMs <= floorMs + high + 1;
    return isWithin ? undefined : `a wait of ${announcedMs} ms, not ${floorMs} + ${low} to ${high}`;
  }

  succeeded(): void {
    this.#passing = 0;
    this.#permanent = 0;
    this.#last = undefined;
    this.#floorMs = 0;
  }

  /** What is wrong with a request at this moment. */
  requested(): string | undefined {
    if (!this.#last || elapsedMs(this.#last.at) >= this.#last.earliestMs - 1) return undefined;
    return `a request ${elapsedMs(this.#last.at)} ms after a failure, not ${this.#last.earliestMs}`;
  }

  #backoff(heldMs: number): [number, number] {
    const capMs = heldMs > 0 ? clamp(heldMs / 6, 1_000, 30_000) : 15_000;
    const mostMs = Math.min(1_000 * 2 ** this.#passing, capMs);
    this.#passing += 1;
    return [0.3 * mostMs, mostMs];
  }

  #memory(heldMs: number): [number, number] {
    const mostMs = Math.min(30_000 * 2 ** this.#permanent, 300_000);
    this.#permanent += 1;
    return heldMs > 0 ? [mostMs / 2, mostMs] : [5_000, 15_000];
  }
}
