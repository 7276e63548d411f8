import type { Dispatcher } from 'undici';
import type { Credential } from '../credential.js';

/** What the types of undici 7 leave out, and its requests tell all the same. */
interface Progress {
  onRequestSent?: (() => void) | undefined;
}
type Handler = Dispatcher.DispatchHandler & Progress;
type Controller = Dispatcher.DispatchController;
type ResponseStart = Parameters<NonNullable<Handler['onResponseStart']>>;
type Headers = ResponseStart[2];

/** What became of one sending: a rejection is held back until it is clear whether another answer comes in its place. */
export interface Answer {
  readonly isRejected: boolean;
  readonly deliver: () => void;
  /** Ends what is still coming: nobody knows how long that would be, and it would keep the connection from others. */
  readonly discard: () => void;
}

/** What has come of an answer that is held back, for later. */
interface Held {
  readonly controller: Controller;
  readonly events: (() => void)[];
  bytes: number;
  hasEnded: boolean;
}

const DELIVERED: Answer = { isRejected: false, deliver: () => undefined, discard: () => undefined };
/** More than this is not held back: the answer is paused. Never before its first byte: undici 7 cannot pause an empty body. */
const MAX_HELD_BYTES = 65_536;

/** Stands before the caller's handler for one sending. */
export class UndiciSending implements Handler {
  readonly #handler: Handler;
  readonly #credential: Pick<Credential, 'isRejected'>;
  #settle: (answer: Answer) => void = () => undefined;
  #held: Held | undefined;
  #isOver = false;

  constructor(handler: Handler, credential: Pick<Credential, 'isRejected'>) {
    this.#handler = handler;
    this.#credential = credential;
  }

  /** Gives what has come as soon as its status is known. */
  send(dispatch: Dispatcher['dispatch'], request: Dispatcher.DispatchOptions): Promise<Answer> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      dispatch(request, this);
    });
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
  }

  onBodySent(...told: Parameters<NonNullable<Handler['onBodySent']>>): void {
    this.#handler.onBodySent?.(...told);
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.();
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onRequestUpgrade(...upgrade: Parameters<NonNullable<Handler['onRequestUpgrade']>>): void {
    this.#settle(DELIVERED);
    this.#handler.onRequestUpgrade?.(...upgrade);
  }

  onResponseStart(...start: ResponseStart): void {
    const [controller, status, headers] = start;
    const isFinal = status >= 200;
    if (!isFinal || !this.#credential.isRejected(status, headers)) {
      if (isFinal) this.#settle(DELIVERED);
      this.#handler.onResponseStart?.(...start);
      return;
    }
    const events = [() => this.#handler.onResponseStart?.(...start)];
    this.#held = { controller, events, bytes: 0, hasEnded: false };
    this.#settle({ isRejected: true, deliver: () => this.#deliver(), discard: () => this.#discard() });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#pass(() => this.#handler.onResponseData?.(controller, chunk));
    if (!this.#held) return;
    this.#held.bytes += chunk.length;
    if (this.#held.bytes > MAX_HELD_BYTES) controller.pause();
  }

  onResponseEnd(controller: Controller, trailers: Headers): void {
    if (this.#held) this.#held.hasEnded = true;
    this.#pass(() => this.#handler.onResponseEnd?.(controller, trailers));
  }

  onResponseError(controller: Controller, error: Error): void {
    if (this.#held) this.#held.hasEnded = true;
    this.#settle(DELIVERED);
    this.#pass(() => this.#handler.onResponseError?.(controller, error));
  }

  #pass(event: () => void): void {
    if (this.#held) this.#held.events.push(event);
    else if (!this.#isOver) event();
  }

  #deliver(): void {
    if (!this.#held) return;
    const { controller, events } = this.#held;
    this.#held = undefined;
    try {
      for (const event of events) event();
    } catch (error) {
      // As undici does with a handler that throws: nothing more of this answer, nor of its connection.
      this.#isOver = true;
      controller.abort(error as Error);
      this.#handler.onResponseError?.(controller, error as Error);
    }
    if (controller.paused && !this.#isOver) controller.resume();
  }

  #discard(): void {
    if (!this.#held) return;
    const { controller, hasEnded } = this.#held;
    this.#held = undefined;
    this.#isOver = true;
    if (!hasEnded) controller.abort(new Error('Another answer comes in place of this one.'));
  }
}
