import { type Instant, now } from '../clock.js';
import type { Client } from '../endpoint/token-endpoint.js';
import type { TokenProviderError } from '../errors.js';
import type { Events, RefreshReason } from '../events.js';
import { addressOf, summarize, type TargetSummary } from '../target.js';
import type { AbortWatch } from './abort-watch.js';
import { Alarm } from './alarm.js';
import { type AttemptParts, fetchBetter } from './attempt.js';
import { EntryEvents } from './entry-events.js';
import type { HeldToken, HotAnswer } from './held-token.js';
import { Holding } from './holding.js';
import { unavailable } from './refusal.js';
import { type Aftermath, type Landing, Renewal, type RenewalPlan } from './renewal.js';
import type { RetryBudget } from './retry-budget.js';
import type { RenewalState } from './rule.js';
import { Sharing, type SharingParts } from './sharing.js';
import type { TokenIndex } from './token-index.js';

const NEVER = Number.NEGATIVE_INFINITY;
/** The hot path while it is shut: its answer is never given. */
const SHUT: HotAnswer = { hotFrom: NEVER, hotUntil: NEVER, served: Promise.resolve('') };

/** What all entries of a provider work with. */
export interface UpkeepParts extends AttemptParts {
  readonly events: Events;
  /** What the token endpoint of that address can bear of retries. */
  readonly budgetFor: (address: string) => RetryBudget;
  readonly tokens: TokenIndex<Upkeep>;
  /** Told after each flight: those who waited for it wait no more. */
  readonly onLanded: (client: Client) => void;
  /** One for all who wait: a signal may be that of very many calls. */
  readonly aborts: AbortWatch;
  /** Where there is a store. */
  readonly sharing: SharingParts | undefined;
}

/**
 * Holds one token and has it renewed in time. Who asks for it, and who waits, is for the entry to know. There may be very
 * many of these, of which few have anything to do, so whatever can be made when it is needed is made then.
 */
export abstract class Upkeep {
  protected readonly client: Client;
  protected readonly parts: UpkeepParts;
  protected readonly holding = new Holding();
  protected renewal: Renewal | undefined;
  /** The answer while the wall clock is in [hotFrom, hotUntil). An alarm of the steady clock ends that, too. */
  protected hot = SHUT;
  #sharing: Sharing | undefined;
  readonly #alarm = new Alarm<Upkeep>((upkeep) => upkeep.#ring(), this);

  /** The `aftermath` is that of one which was given up. */
  constructor(client: Client, parts: UpkeepParts, aftermath?: Aftermath) {
    this.client = client;
    this.parts = parts;
    if (aftermath) this.renewal = this.#makeRenewal(aftermath);
  }

  /** Whether callers wait. */
  abstract readonly isBusy: boolean;
  /** For how long a token must be usable, in ms, for those who wait. */
  protected abstract readonly neededMs: number;
  /** An API has rejected this token. */
  abstract invalidate(token: string): void;
  /** Whether the token is to be renewed although nobody waits. */
  protected abstract isWanted(at: Instant): boolean;
  protected abstract onTakeOff(reason: RefreshReason, at: Instant): void;
  protected abstract onToken(held: HeldToken): void;
  protected abstract onFailure(error: TokenProviderError): void;
  /** A wait begins in which nothing will happen. */
  protected abstract onPause(pauseMs: number): void;

  protected get renewalState(): RenewalState {
    return this.renewal?.state ?? 'idle';
  }

  protected get target(): TargetSummary {
    return summarize(this.client.target);
  }

  protected get tell(): EntryEvents {
    return new EntryEvents(this.parts.events, this.client.target);
  }

  /** Reads the clocks, and takes note of what came to its end in the meantime. */
  protected look(): Instant {
    const at = now();
    this.renewal?.look(at);
    const { last } = this.holding;
    if (last && this.holding.expire(at)) {
      this.renewal?.hasten(at);
      this.settle(at);
      const lastError = this.renewal?.lastError;
      // Not in the same turn: a listener may ask for what makes this entry go, before its own caller waits.
      queueMicrotask(() => this.tell.expired(last, lastError));
    }
    return at;
  }

  /** Starts a flight. Every flight starts here. */
  protected takeOff(at: Instant, reason = this.holding.needAt(at)): void {
    this.onTakeOff(reason, at);
    this.renewal ??= this.#makeRenewal();
    this.renewal.start(reason);
    this.settle(at);
  }

  /** Brings the hot path and the alarm into line with the state. */
  protected settle(at: Instant): void {
    const held = this.holding.usableAt(at);
    this.hot = held && held.freshMs(at) > 0 ? held : SHUT;
    this.#alarm.setFor(held?.freshMs(at), held?.usableMs(at));
  }

  #makeRenewal(aftermath?: Aftermath): Renewal {
    const { settings, budgetFor } = this.parts;
    const plan: RenewalPlan = {
      settings,
      budget: budgetFor(addressOf(this.client.target.tokenEndpoint)),
      attempt: this.#makeAttempt(),
      usableMs: () => this.#usableMs(now()),
      isUrgent: () => this.isBusy,
      onRetry: (retry) => {
        this.onPause(retry.pauseMs);
        this.tell.retried(retry);
      },
      onLanding: (landing) => this.#land(landing),
      onRested: () => this.#ring(),
    };
    return new Renewal(plan, aftermath);
  }

  /** By the store, where there is one. */
  #makeAttempt(): RenewalPlan['attempt'] {
    const { client, parts, holding } = this;
    const fetch = (signal: AbortSignal) =>
      fetchBetter(client, parts, holding, { signal, isUrgent: () => this.isBusy });
    if (!parts.sharing) return fetch;
    this.#sharing ??= new Sharing(parts.sharing, client.target);
    const sharing = this.#sharing;
    return (signal, reason) =>
      sharing.attempt({
        reason,
        signal,
        fetch: () => fetch(signal),
        isWelcome: (held, at) => this.#isWelcome(held, at),
        spareMs: () => (this.isBusy ? 0 : this.#usableMs(now())),
      });
  }

  /**
   * One that is due already is for those who have none: it would not end the renewal. One that is older than the last one held
   * may have been rejected.
   */
  #isWelcome(held: HeldToken, at: Instant): boolean {
    const { last } = this.holding;
    const isNewer = !last || held.ageMs(at) < last.ageMs(at);
    const isForUs = held.freshMs(at) > 0 || this.#usableMs(at) <= 0;
    const isLongEnough = held.usableMs(at) >= this.neededMs;
    return isNewer && isForUs && isLongEnough && this.holding.faultOf(held, at) === undefined;
  }

  #land(landing: Landing): void {
    const at = now();
    if (landing.held) {
      this.renewal = undefined;
      this.parts.tokens.replace(this, this.holding.last?.value, landing.held.value);
      this.holding.take(landing.held);
      this.onToken(landing.held);
      this.settle(at);
      this.tell.refreshed(landing.held, landing);
      // After a slow answer it may be due already.
      this.#ring();
    } else {
      const { error, pauseMs } = landing;
      this.onFailure(error.permanent ? error : unavailable('No token could be had.', this.renewal));
      this.settle(at);
      const usableMs = this.#usableMs(at);
      this.tell.failed(error, landing, at.wall + pauseMs, usableMs > 0 ? at.wall + usableMs : undefined);
    }
    this.parts.onLanded(this.client);
  }

  #usableMs(at: Instant): number {
    return this.holding.usableAt(at)?.usableMs(at) ?? 0;
  }

  #ring(): void {
    const at = this.look();
    const isDue = this.parts.settings.background && this.holding.stateAt(at) !== 'fresh' && this.isWanted(at);
    if (this.renewalState === 'idle' && (this.isBusy || isDue)) this.takeOff(at);
    else this.settle(at);
  }
}
