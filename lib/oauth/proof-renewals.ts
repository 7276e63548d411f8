import { elapsedMs, type Instant, now } from '../ground/clock.js';
import type { ClientAuthenticator } from '../options/client-authenticator.js';

/** An authenticator is asked for a newer proof at most once in this time, in ms, however many of its targets are refused. */
const ASK_AGAIN_MS = 5_000;

interface Renewals {
  /** How often the authenticator has got something new. A proof made at an earlier count may be outdated. */
  count: number;
  /** When it was last asked to the end. */
  askedAt: Instant | undefined;
  asking: Promise<void>;
}

/** Asks authenticators for something newer than a refused proof; all targets of an authenticator share the answer. */
export class ProofRenewals {
  readonly #byAuthenticator = new WeakMap<ClientAuthenticator, Renewals>();

  /** To be read before a proof is made, and given back when that is refused. */
  countOf(authenticator: ClientAuthenticator): number {
    // Nothing is kept of authenticators that were never refused, since there may be very many.
    return this.#byAuthenticator.get(authenticator)?.count ?? 0;
  }

  /**
   * @param refusedAt the count at which the refused proof was made
   * @param ask asks the authenticator; `undefined` where it could not be asked to the end, so that the next one may ask
   * @returns whether the authenticator has something newer
   */
  async renew(
    authenticator: ClientAuthenticator,
    refusedAt: number,
    ask: () => Promise<boolean | undefined>,
  ): Promise<boolean> {
    const renewals = this.#of(authenticator);
    if (refusedAt < renewals.count) return true;
    // By the clock that is further on, as failures are remembered: the steady one stands still while a machine sleeps.
    if (!renewals.askedAt || elapsedMs(renewals.askedAt) >= ASK_AGAIN_MS) {
      renewals.askedAt = now();
      renewals.asking = ask().then((isNew) => {
        if (isNew) renewals.count += 1;
        if (isNew === undefined) renewals.askedAt = undefined;
      });
    }
    await renewals.asking;
    return refusedAt < renewals.count;
  }

  #of(authenticator: ClientAuthenticator): Renewals {
    const known = this.#byAuthenticator.get(authenticator);
    if (known) return known;
    const fresh: Renewals = { count: 0, askedAt: undefined, asking: Promise.resolve() };
    this.#byAuthenticator.set(authenticator, fresh);
    return fresh;
  }
}
