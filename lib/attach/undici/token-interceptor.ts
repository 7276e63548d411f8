import type { Dispatcher } from 'undici';
import type { AttachOptions, TokenSource } from '../attach-options.js';
import { flatten, namesHeader, withHeader } from '../header-list.js';
import type { Origins } from '../origins.js';
import { isReplayable } from '../replayable-body.js';
import { TokenCarrier } from '../token-carrier.js';
import { DispatchRequest } from './dispatch-request.js';
import { FromLegacy, isLegacy, ToLegacy } from './legacy-handler.js';
import { requestSignalOf } from './request-signal.js';
import { Travels } from './travels.js';
import { type Answer, UndiciSending } from './undici-sending.js';

type Options = Dispatcher.DispatchOptions;
type Dispatch = Dispatcher['dispatch'];
type Handler = Dispatcher.DispatchHandler;

/**
 * An interceptor for `dispatcher.compose()`, by which requests to the allowed origins carry the token, and are sent once
 * more with a newer one where the API rejects it. An `Authorization` header of the caller's own wins. A `Client` or `Pool` goes
 * to its own origin, whatever a request names. undici 8 tells where that is. With undici 6 and 7 a request that names no origin
 * carries the token, because you have chosen its `Client` or `Pool`.
 * @throws {ConfigurationError} when an option is malformed, or `origins` is missing
 */
export function tokenInterceptor(
  provider: TokenSource,
  options: AttachOptions<Options>,
): Dispatcher.DispatcherComposeInterceptor {
  const carrier = new TokenCarrier<Options>(provider, options ?? {});
  const { addedHeaders, isAuthorizationAlone } = carrier.settings;
  const travels = new Travels();
  // undici 8 tells where a Client or Pool goes, whatever origin a request names.
  return (dispatch: Dispatch, bound?: unknown) => (given: Options, handler: Handler) => {
    const request = new DispatchRequest(given);
    const { origin, headers } = request;
    const places = [origin, typeof bound === 'string' ? bound : undefined].filter(
      (place) => place !== undefined,
    );
    const mayCarry =
      !travels.hasLeft(handler, origin) &&
      !namesHeader(headers, 'Authorization', ...addedHeaders) &&
      places.every((place) => carrier.mayCarryTo(place));
    if (!mayCarry) return dispatch(request.untouched(), handler);
    const [place] = places.reverse();
    if (isLegacy(handler))
      exchange(
        carrier,
        { request, place },
        toLegacy(dispatch, isAuthorizationAlone),
        new FromLegacy(handler),
      );
    else exchange(carrier, { request, place }, dispatch, handler);
    return true;
  };
}

/** A request, and the origin that it goes to, where somebody says so. */
interface Placed {
  readonly request: DispatchRequest;
  readonly place: string | undefined;
}

async function exchange(
  carrier: TokenCarrier<Options>,
  { request, place }: Placed,
  dispatch: Dispatch,
  handler: Handler,
): Promise<void> {
  const { headerName, origins } = carrier.settings;
  const { headers, body } = request;
  const waiting = requestSignalOf(request);
  try {
    await carrier.exchange<Answer, void>({
      request: () => request.shown(),
      isHurried: waiting !== undefined,
      patience: () => ({ signal: waiting?.signal() }),
      isReplayable: isReplayable(body),
      send: async (credential) => {
        const proof = credential.prove?.(request.method, request.addressAt(place ?? onlyOrigin(origins)));
        const withToken = withHeader(headers, headerName, credential.value);
        const authorized = proof === undefined ? withToken : withHeader(withToken, 'DPoP', proof);
        return new UndiciSending(handler, credential).send(dispatch, request.with(flatten(authorized)));
      },
      isRejected: ({ isRejected }) => isRejected,
      discard: ({ discard }) => discard(),
      give: ({ deliver }) => deliver(),
    });
  } catch (error) {
    // undici takes a request for answered that fails with nothing.
    handler.onResponseError?.(NO_CONTROLLER, (error as Error | null) ?? new Error(`No token: ${error}.`));
  } finally {
    waiting?.release();
  }
}

/** undici 6 and 7 do not tell where a Client or Pool goes, and a proof must name it. */
function onlyOrigin({ list }: Origins): string {
  const [origin, ...others] = list;
  if (origin !== undefined && others.length === 0) return origin;
  throw new TypeError(
    'A DPoP proof names the origin. Name it in the request, or allow one alone by origins.',
  );
}

/** undici 6 knows no other handlers. It follows redirects itself, and takes any header but Authorization to any origin. */
function toLegacy(dispatch: Dispatch, isAuthorizationAlone: boolean): Dispatch {
  const own = isAuthorizationAlone ? {} : { maxRedirections: 0 };
  return (options, handler) => dispatch({ ...options, ...own }, new ToLegacy(handler) as unknown as Handler);
}

/** Of a request that was not sent. */
const NO_CONTROLLER: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  pause: () => undefined,
  resume: () => undefined,
  abort: () => undefined,
};
