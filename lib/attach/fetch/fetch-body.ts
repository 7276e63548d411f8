import { isReplayable } from '../replayable-body.js';
import type { FetchCall } from './fetch-call.js';
import { KeptBytes } from './kept-bytes.js';

type BodyInit = NonNullable<RequestInit['body']>;

/** The body of one call, for as many sendings as there are. */
export class FetchBody {
  readonly #given: BodyInit | undefined;
  readonly #ofRequest: Request | undefined;
  readonly #kept: KeptBytes | undefined;
  #isTaken = false;

  constructor({ target, body }: Pick<FetchCall, 'target' | 'body'>) {
    this.#given = body as BodyInit | undefined;
    if (body !== undefined || typeof target === 'string' || !target.body) return;
    this.#ofRequest = target;
    const copy = target.clone().body;
    if (copy) this.#kept = new KeptBytes(copy.getReader());
  }

  /** Whether there can be another sending, at this moment. */
  get isReplayable(): boolean {
    if (this.#ofRequest) return this.#kept?.whole !== undefined;
    return isReplayable(this.#given) || isSentAsText(this.#given);
  }

  /** The `body` option for the next sending; none if the `Request` that is sent holds the body. */
  addTo(init: { body?: unknown }): void {
    const isFirst = !this.#isTaken;
    this.#isTaken = true;
    const body = this.#ofRequest && !isFirst ? this.#kept?.whole : this.#given;
    if (body !== undefined) init.body = body;
  }

  /** After an abort before anything was sent: fetch tells a stream that nobody will read it. */
  cancel(reason: unknown): void {
    if (this.#isTaken) return;
    const stream = this.#ofRequest?.body ?? this.#given;
    if (stream instanceof ReadableStream && !stream.locked) stream.cancel(reason).catch(() => undefined);
    this.#kept?.cancel(reason);
  }
}

/** Whether fetch sends `String(body)`: an object that is neither a known kind of body nor a stream. */
function isSentAsText(body: unknown): boolean {
  if (Object.prototype.toString.call(body) !== '[object Object]') return false;
  return !(Symbol.asyncIterator in (body as object)) && !('pipe' in (body as object));
}
