import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';

type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;
type Headers = Record<string, string | string[]>;
/** Names and values in turn. */
type RawHeaders = Buffer[];

/** The form of handlers in undici 6, and in the fetch of the Node.js versions that are built with it. */
export interface LegacyHandler {
  onConnect?(abort: (reason: Error) => void, context?: unknown): void;
  onUpgrade?(status: number, headers: RawHeaders, socket: Duplex): void;
  onResponseStarted?(): void;
  onHeaders?(status: number, headers: RawHeaders, resume: () => void, statusText: string): unknown;
  onData?(chunk: Buffer): unknown;
  onComplete?(trailers: RawHeaders): void;
  onError?(error: Error): void;
  onBodySent?(chunk: never, total: never): void;
}

export function isLegacy(handler: Handler | LegacyHandler): handler is LegacyHandler {
  return !('onRequestStart' in handler) && 'onError' in handler;
}

/** A handler of the caller's, of the old form, as one of the new form. */
export class FromLegacy implements Handler {
  readonly #handler: LegacyHandler;

  constructor(handler: LegacyHandler) {
    this.#handler = handler;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.#handler.onConnect?.((reason) => controller.abort(reason), context);
  }

  onBodySent(...told: [never, never]): void {
    this.#handler.onBodySent?.(...told);
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onRequestUpgrade({ rawHeaders }: Controller, status: number, _: object, socket: Duplex): void {
    this.#handler.onUpgrade?.(status, rawHeaders as RawHeaders, socket);
  }

  onResponseStart(controller: Controller, status: number, _: object, statusText = ''): void {
    const raw = controller.rawHeaders as RawHeaders;
    const goesOn = this.#handler.onHeaders?.(status, raw, () => controller.resume(), statusText);
    if (goesOn === false) controller.pause();
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.#handler.onData?.(chunk) === false) controller.pause();
  }

  onResponseEnd({ rawTrailers }: Controller): void {
    this.#handler.onComplete?.(rawTrailers as RawHeaders);
  }

  onResponseError(_: Controller, error: Error): void {
    this.#handler.onError?.(error);
  }
}

/** A handler of ours, as one of the old form. */
export class ToLegacy implements LegacyHandler {
  readonly #handler: Handler;
  #controller = new LegacyController(() => undefined);

  constructor(handler: Handler) {
    this.#handler = handler;
  }

  onConnect(abort: (reason: Error) => void, context?: unknown): void {
    this.#controller = new LegacyController(abort);
    this.#handler.onRequestStart?.(this.#controller, context);
  }

  onBodySent(...told: [never, never]): void {
    this.#handler.onBodySent?.(...told);
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onUpgrade(status: number, headers: RawHeaders, socket: Duplex): void {
    this.#controller.rawHeaders = headers;
    this.#handler.onRequestUpgrade?.(this.#controller, status, parse(headers), socket);
  }

  onHeaders(status: number, headers: RawHeaders, resume: () => void, statusText: string): boolean {
    this.#controller.rawHeaders = headers;
    this.#controller.onResume = resume;
    this.#handler.onResponseStart?.(this.#controller, status, parse(headers), statusText);
    return !this.#controller.paused;
  }

  onData(chunk: Buffer): boolean {
    this.#handler.onResponseData?.(this.#controller, chunk);
    return !this.#controller.paused;
  }

  onComplete(trailers: RawHeaders): void {
    this.#controller.rawTrailers = trailers;
    this.#handler.onResponseEnd?.(this.#controller, parse(trailers));
  }

  onError(error: Error): void {
    this.#handler.onResponseError?.(this.#controller, error);
  }
}

class LegacyController implements Controller {
  rawHeaders: RawHeaders = [];
  rawTrailers: RawHeaders = [];
  onResume: () => void = () => undefined;
  aborted = false;
  paused = false;
  reason: Error | null = null;
  readonly #abort: (reason: Error) => void;

  constructor(abort: (reason: Error) => void) {
    this.#abort = abort;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.onResume();
  }

  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.#abort(reason);
  }
}

function parse(raw: RawHeaders): Headers {
  const headers: Headers = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = String(raw[index]).toLowerCase();
    const value = raw[index + 1]?.toString('latin1') ?? '';
    const others = headers[name];
    headers[name] = others === undefined ? value : [others, value].flat();
  }
  return headers;
}
