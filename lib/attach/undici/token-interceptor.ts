import { EventEmitter } from 'node:events';
import type { Dispatcher } from 'undici';
import type { AttachOptions, TokenSource } from '../attach-options.js';
import { flatten, namesHeader, readHeaders, withHeader } from '../header-list.js';
import { isReplayable } from '../replayable-body.js';
import { TokenCarrier } from '../token-carrier.js';
import { type Answer, UndiciSending } from './undici-sending.js';

type Request = Dispatcher.DispatchOptions;

/**
 * An interceptor for `dispatcher.compose()`, by which requests to the allowed origins carry the token, and are sent once
 * more with a newer one where the API rejects it. An `Authorization` header of the caller's own wins. Requests that name no
 * origin go to that of their `Client` or `Pool`, which you have chosen: they carry it.
 * @throws {ConfigurationError} when an option is malformed, or `origins` is missing
 */
export function tokenInterceptor(
  provider: TokenSource,
  options: AttachOptions<Request>,
): Dispatcher.DispatcherComposeInterceptor {
  const carrier = new TokenCarrier<Request>(provider, options ?? {});
  const { headerName, rejectionRule } = carrier.settings;
  const travels = new Travels();
  return (dispatch) => (given, handler) => {
    // All of it is read now: it may change while a token is waited for.
    const headers = flatten(readHeaders(given.headers));
    const origin = given.origin && String(given.origin);
    const request = { ...given, ...(origin && { origin }) };
    if (given.query) request.query = { ...given.query };
    const mayCarry =
      !travels.hasLeft(handler, origin) &&
      !namesHeader(headers, 'Authorization', headerName) &&
      (origin === undefined || carrier.mayCarryTo(origin));
    if (!mayCarry) return dispatch({ ...request, ...(given.headers && { headers }) }, handler);
    const { signal, release } = signalOf(given);
    const sendWith = (value: string): Promise<Answer> => {
      const authorized = flatten(withHeader(headers, headerName, value));
      return new UndiciSending(handler, rejectionRule).send(dispatch, { ...request, headers: authorized });
    };
    const exchanged = carrier
      .exchange({
        request: () => ({ ...request, headers }),
        isHurried: signal !== undefined,
        patience: () => ({ signal }),
        isReplayable: isReplayable(request.body),
        send: sendWith,
        isRejected: ({ isRejected }) => isRejected,
        discard: ({ discard }) => discard(),
        give: ({ deliver }) => deliver(),
      })
      .catch((error: Error) => handler.onResponseError?.(NO_CONTROLLER, error));
    if (release) exchanged.finally(release);
    return true;
  };
}

/**
 * Where requests have gone, by their handlers: one that is redirected to another origin carries no token there, nor ever
 * after. The first origin that is named is where it began.
 */
class Travels {
  readonly #origins = new WeakMap<object, string>();

  hasLeft(handler: object, origin: string | undefined): boolean {
    if (origin === undefined) return false;
    const first = this.#origins.get(handler);
    if (first === origin) return false;
    this.#origins.set(handler, first === undefined ? origin : ELSEWHERE);
    return first !== undefined;
  }
}

const ELSEWHERE = '';

/** Of a request that was not sent. */
const NO_CONTROLLER: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  pause: () => undefined,
  resume: () => undefined,
  abort: () => undefined,
};

/** `request()` and its kin leave it in the options; an emitter will do as well. */
function signalOf(request: object): { signal: AbortSignal | undefined; release?: () => void } {
  const { signal } = request as { signal?: unknown };
  if (!(signal instanceof EventEmitter))
    return { signal: signal instanceof AbortSignal ? signal : undefined };
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.once('abort', abort);
  return { signal: controller.signal, release: () => signal.off('abort', abort) };
}
