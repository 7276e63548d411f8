import type { TokenProvider } from '../../../lib/index.js';
import type { Tally } from './tally.js';

/** What happens to the processes of a fleet, counted for all of them together. */
export interface Happenings {
  /** Tokens that took the place of an earlier one. */
  readonly renewals: Tally;
  readonly firstTokens: Tally;
  readonly degrades: Tally;
  readonly recovers: Tally;
  /** Callers who came when their process had had a token before. */
  readonly asked: Tally;
  /** Those of them who were not served at once. */
  readonly unserved: Tally;
}

/** One process of the fleet, as far as tokens go. */
export class Member {
  readonly #provider: TokenProvider;
  readonly #happenings: Happenings;
  #hasToken = false;

  constructor(provider: TokenProvider, happenings: Happenings) {
    this.#provider = provider;
    this.#happenings = happenings;
    provider.on('refresh', ({ reason }) => {
      this.#hasToken = true;
      happenings[reason === 'absent' ? 'firstTokens' : 'renewals'].count();
    });
    provider.on('degrade', () => happenings.degrades.count());
    provider.on('recover', () => happenings.recovers.count());
    // Whoever has waited in vain asks again: the next is renewed though nobody asks.
    provider.getToken().catch(() => undefined);
  }

  /** A caller who does not wait. */
  ask(): void {
    if (!this.#hasToken) return;
    this.#happenings.asked.count();
    this.#provider.getToken({ maxWaitMs: 0 }).catch(() => this.#happenings.unserved.count());
  }

  close(): Promise<void> {
    return this.#provider.close();
  }
}
