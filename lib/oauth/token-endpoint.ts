import { elapsedMs, type Instant, now } from '../ground/clock.js';
import { withDeadline } from '../ground/deadline.js';
import { TokenAttemptError, TokenEndpointError, TokenRequestError } from '../ground/errors.js';
import { formEncode } from '../http/form-encoding.js';
import { hidingTokens } from '../http/redaction/server-text.js';
import { type FailedRequest, requestFailure, timeoutFailure } from '../http/request-failure.js';
import { type HttpAnswer, type HttpRequest, Transport } from '../http/transport.js';
import type { Settings } from '../options/settings.js';
import type { TokenFacts } from '../token/token-facts.js';
import { ProvedSending } from './dpop/proved-sending.js';
import { hasOAuthError, readError } from './error-response.js';
import { isDoubtfulAddress, mayNeedNewProof } from './failure-kinds.js';
import type { RefusedRequest } from './remedies.js';
import { type ReadyRequest, RequestPreparation } from './request-preparation.js';
import type { AuthorizationServer } from './server/authorization-server.js';
import type { Target } from './target.js';
import { readToken } from './token-response.js';

/** Runs a request when its turn comes. What a request needs beforehand (discovery, a secret) takes no turn. */
export type InTurn = <T>(request: () => Promise<T>) => Promise<T>;

/** A request that has waited for its turn so long, in ms, is made anew. */
const STALE_MS = 1_000;

/** What was sent last, or is about to be. */
interface Sending {
  ready: ReadyRequest;
  /** When it was made; from its sending on, when it was sent. */
  at: Instant;
  readonly held: () => readonly string[];
}

/** Asks token endpoints for tokens; knows no cache and no retry. */
export class TokenEndpoint {
  readonly #settings: Settings;
  readonly #transport: Transport;
  readonly #preparation: RequestPreparation;
  readonly #proved = new ProvedSending();
  /** The servers that have given a token. */
  readonly #givers = new WeakSet<AuthorizationServer>();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#transport = new Transport(settings.http);
    this.#preparation = new RequestPreparation(settings.requestTimeoutMs);
  }

  /**
   * Makes one attempt: one request, and a second one at once if the client was refused and has something new to prove itself by,
   * such as a rotated secret.
   * @param held the tokens that are held, which a server may name in what it says
   * @throws {TokenAttemptError} when there is no token to show for it
   */
  async requestToken(
    target: Target,
    signal: AbortSignal,
    inTurn: InTurn,
    held: () => readonly string[] = () => [],
  ): Promise<TokenFacts> {
    const send = (sending: Sending) => inTurn(() => this.#post(target, sending, signal));
    const sending = { ready: await this.#preparation.prepare(target, signal), at: now(), held };
    try {
      return await send(sending);
    } catch (error) {
      if (error instanceof TokenAttemptError && isDoubtfulAddress(error)) target.server.doubt?.();
      if (!isRefusedProof(error, sending.ready)) throw error;
      const again = await this.#preparation.prepareAgain(target, sending.ready, signal);
      if (!again) throw error;
      return send({ ready: again, at: now(), held });
    }
  }

  /** Another process has got a token from this server: so its address is right. */
  noteGiver(server: AuthorizationServer): void {
    this.#givers.add(server);
  }

  async #post(target: Target, sending: Sending, signal: AbortSignal): Promise<TokenFacts> {
    const { server } = target;
    const hasGivenTokens = this.#givers.has(server);
    // A proof may be good for one sending alone (RFC 7523 §3, jti), and nobody knows how far the first one came.
    const again = async (): Promise<HttpRequest> => {
      sending.ready = await this.#preparation.prepare(target, signal);
      sending.at = now();
      return sending.ready.request;
    };
    // It may have waited for its turn longer than a proof is good.
    if (elapsedMs(sending.at) >= STALE_MS) await again();
    else sending.at = now();
    const clean = hidingTokens((text, options) => sending.ready.clean(text, options), sending.held);
    const answer = await this.#exchange(target, sending.ready.request, again, signal).catch(
      (error: unknown) => {
        signal.throwIfAborted();
        const { certificate } = sending.ready.request;
        throw asFailure(error, { address: server.address, clean, hasGivenTokens, certificate });
      },
    );
    const context = {
      address: server.address,
      hasGivenTokens,
      clean,
      target,
      defaultLifetimeMs: this.#settings.defaultLifetimeMs,
      sentAt: sending.at,
      wallMs: now().wall,
    };
    const refusal = () => readError(answer, { ...context, ...describeRequest(target, sending.ready) });
    if (!isSuccess(answer)) throw refusal();
    try {
      const facts = readToken(answer, context);
      this.noteGiver(server);
      return facts;
    } catch (error) {
      throw hasOAuthError(answer) ? refusal() : error;
    }
  }

  #exchange(
    { server, proofKey }: Target,
    first: HttpRequest,
    again: () => Promise<HttpRequest>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const timeoutMs = this.#settings.requestTimeoutMs;
    const onTimeout = () => timeoutFailure(server.address, timeoutMs);
    const send = (request: HttpRequest, anew: () => Promise<HttpRequest>) =>
      withDeadline((own) => this.#transport.send(request, own, anew), { timeoutMs, signal, onTimeout });
    return proofKey ? this.#proved.send(proofKey, first, again, send) : send(first, again);
  }
}

/** A server may refuse a certificate before it speaks HTTP. */
function isRefusedProof(error: unknown, { request }: ReadyRequest): boolean {
  if (error instanceof TokenEndpointError) return mayNeedNewProof(error);
  return request.certificate !== undefined && error instanceof TokenRequestError && error.permanent;
}

function isSuccess({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

/** An unknown host that has never given a token is most likely a wrong one. */
function asFailure(error: unknown, request: FailedRequest): TokenAttemptError {
  const failure = error instanceof TokenAttemptError ? error : requestFailure(error, request);
  if (!(failure instanceof TokenRequestError) || request.hasGivenTokens || !isDoubtfulAddress(failure))
    return failure;
  return new TokenRequestError(failure.message, failure.reason, true);
}

function describeRequest(
  { clientId, authenticator }: Target,
  { request, proof, credentials }: ReadyRequest,
): RefusedRequest {
  return {
    tokenEndpoint: request.url,
    certificate: request.certificate,
    authentication: authenticator.id,
    hasAssertion: proof.parameters?.client_assertion !== undefined,
    isEncodingVisible: [clientId, ...credentials].some((text) => formEncode(text) !== text),
  };
}
