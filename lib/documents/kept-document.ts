import type { AbortWatch } from '../ground/abort-watch.js';
import { elapsedMs, type Instant, now, type TimerOwner, wallNow } from '../ground/clock.js';
import { TokenRequestError } from '../ground/errors.js';
import type { RefreshReason } from '../ground/events.js';
import { abortReason } from '../ground/runtime/abort-signal.js';
import type { RetrySettings } from '../options/request-settings.js';
import { DueTimer } from '../renewal/due-timer.js';
import { Renewal, type RenewalOwner, type RenewalStep, type RenewalView } from '../renewal/renewal.js';
import type { RetryBudget } from '../renewal/retry-budget.js';
import { type Patience, WaitingRoom } from '../renewal/waiting-room.js';
import { Edition, type FetchedDocument } from './edition.js';

/** A document that is doubted is asked for no more often than once in this time, in ms. */
const LEAST_APART_MS = 300_000;

/** What a document is, and how it is kept. */
export interface DocumentPlan<Content> {
  /** How it is named in errors: `the keys of https://as.example`. */
  readonly name: string;
  /**
   * Makes one attempt to get it.
   * @throws {TokenAttemptError} when it cannot be had
   */
  readonly fetch: (signal: AbortSignal) => Promise<FetchedDocument<Content>>;
  readonly retry: RetrySettings;
  readonly budget: RetryBudget;
  /** For how long, in ms, an edition may be used beyond its lifetime while no newer one can be had. */
  readonly maxStaleMs: number;
  readonly aborts: AbortWatch;
  /** Told of each step, in the turn in which it happens. */
  readonly onStep?: (step: DocumentStep<Content>) => void;
}

/** What happens to a document, step by step. */
export type DocumentStep<Content> =
  | Exclude<RenewalStep<Edition<Content>>, { readonly is: 'ready' }>
  /** Not even the last edition can be used any more. */
  | { readonly is: 'expired'; readonly edition: Edition<Content> };

/** A document that a server publishes, renewed in the background ahead of its end for as long as somebody asks for it. */
export class KeptDocument<Content> implements RenewalOwner<Edition<Content>>, TimerOwner {
  readonly #plan: DocumentPlan<Content>;
  readonly #renewal: Renewal<Edition<Content>>;
  readonly #waiting: WaitingRoom<Edition<Content>>;
  readonly #timer = new DueTimer(this);
  #edition: Edition<Content> | undefined;
  #askedAt = wallNow();
  #closedBy: Error | undefined;
  #isResting = false;
  #doubtedAt: Instant | undefined;

  constructor(plan: DocumentPlan<Content>) {
    this.#plan = plan;
    this.#waiting = new WaitingRoom(plan.aborts);
    this.#renewal = new Renewal(this, plan.retry, plan.budget);
  }

  /** The renewal, as others may see it. */
  get renewal(): RenewalView {
    return this.#renewal;
  }

  get isAwaited(): boolean {
    return !this.#waiting.isEmpty;
  }

  /** The edition held, whatever its age. */
  get edition(): Edition<Content> | undefined {
    return this.#edition;
  }

  /** The edition that can be used now. One that is due is renewed meanwhile. */
  usable(): Edition<Content> | undefined {
    const wall = wallNow();
    this.#askedAt = wall;
    if (this.#edition?.isSurelyFresh(wall)) return this.#edition;
    const at = this.#noteTime();
    if (this.#edition && this.#edition.freshMs(at) <= 0) this.#startIfIdle('due', at);
    return this.#edition && this.#edition.usableMs(at) > 0 ? this.#edition : undefined;
  }

  /**
   * The edition that can be used now, or the next one.
   * @throws {TokenAttemptError} when there is none within the caller's patience
   */
  async get(patience: Patience): Promise<Edition<Content>> {
    return this.usable() ?? this.next('absent', patience);
  }

  /**
   * The next edition: of the renewal that is under way, or of a new one.
   * @throws {TokenAttemptError} when it does not come within the caller's patience
   * @throws the reason that it was closed with
   */
  async next(reason: RefreshReason, patience: Patience): Promise<Edition<Content>> {
    if (patience.signal?.aborted) throw abortReason(patience.signal);
    const at = this.#noteTime();
    if (this.#closedBy) throw this.#closedBy;
    const { rememberedError, lastError } = this.#renewal;
    if (rememberedError) throw rememberedError;
    // With an edition in hand there is no hurry, whoever asks for another.
    if (this.usableMs() <= 0) this.#renewal.wakeForCaller(at);
    this.#startIfIdle(reason, at);
    if (lastError && (this.#renewal.msToNextAttempt(at) ?? 0) > patience.maxWaitMs) throw lastError;
    return this.#waiting.enter(patience, () => this.#tooLate(patience.maxWaitMs));
  }

  /** What it says does not seem to hold any more: it is asked for once more, at most once in five minutes. */
  doubt(): void {
    const at = now();
    if (this.#doubtedAt && elapsedMs(this.#doubtedAt, at) < LEAST_APART_MS) return;
    if (this.#startIfIdle('requested', at)) this.#doubtedAt = at;
  }

  /** Is not renewed in the background any more, but when somebody asks for it. */
  rest(): void {
    this.#isResting = true;
    this.#timer.cancel();
  }

  /** Ends all that goes on, and fails whoever waits with this reason. */
  async close(reason: Error): Promise<void> {
    this.#closedBy ??= reason;
    this.#timer.cancel();
    this.#waiting.fail(reason);
    await this.#renewal.stop();
  }

  usableMs(): number {
    return this.#edition?.usableMs(now()) ?? 0;
  }

  async attempt(signal: AbortSignal): Promise<Edition<Content>> {
    return new Edition(await this.#plan.fetch(signal), this.#plan.maxStaleMs);
  }

  onRenewalStep(step: RenewalStep<Edition<Content>>): void {
    if (step.is === 'ready') this.onTimer();
    else {
      if (step.is === 'renewed') this.#edition = step.held;
      this.#align(now());
      this.#plan.onStep?.(step);
      if (step.is === 'renewed') this.#waiting.serve(step.held);
      else if (step.is === 'failed') this.#waiting.fail(step.error);
      else this.#waiting.failWhoCannotStay(step.delayMs, step.error);
    }
  }

  /** It is due, or can no longer be used: starts a renewal if somebody wants it. */
  onTimer(): void {
    const at = this.#noteTime();
    const isDue = this.#edition !== undefined && this.#edition.freshMs(at) <= 0;
    if (this.isAwaited || (isDue && this.#isWanted(at))) this.#startIfIdle(isDue ? 'due' : 'absent', at);
    this.#align(at);
  }

  #startIfIdle(reason: RefreshReason, at: Instant): boolean {
    this.#renewal.noteTime(at);
    const starts = !this.#closedBy && this.#renewal.state === 'idle';
    if (starts) this.#renewal.start(reason);
    return starts;
  }

  /** Reads the clocks, and takes note of what has come to its end in the meantime. */
  #noteTime(): Instant {
    const at = now();
    this.#renewal.noteTime(at);
    const edition = this.#edition;
    if (edition && edition.usableMs(at) <= 0) {
      this.#edition = undefined;
      this.#plan.onStep?.({ is: 'expired', edition });
    }
    return at;
  }

  #align(at: Instant): void {
    if (this.#closedBy || this.#isResting) this.#timer.cancel();
    else this.#timer.setFor(this.#edition?.freshMs(at), this.#edition?.usableMs(at));
  }

  /** What nobody has asked for during a whole lifetime is not renewed until somebody asks again. */
  #isWanted(at: Instant): boolean {
    // After the clock was set back, the last call would seem to be one of the future.
    this.#askedAt = Math.min(this.#askedAt, at.wall);
    return at.wall - this.#askedAt < (this.#edition?.lifetimeMs ?? 0);
  }

  #tooLate(maxWaitMs: number): Error {
    const { lastError } = this.#renewal;
    const detail = lastError ? ` Last failure: ${lastError.message}` : '';
    return new TokenRequestError(`No ${this.#plan.name} within ${maxWaitMs} ms.${detail}`, 'ETIMEDOUT');
  }
}
