import { withDeadline } from '../ground/deadline.js';
import { TokenAttemptError, TokenRequestError } from '../ground/errors.js';
import { isPlainObject } from '../ground/value-kind.js';
import { formEncode } from '../http/form-encoding.js';
import type { HttpRequest } from '../http/transport.js';
import type { ClientProof, TokenRequestDraft } from './client-authentication/client-authenticator.js';
import { ProofRenewals } from './proof-renewals.js';
import type { Target } from './target.js';
import { buildTokenRequest } from './token-request.js';

/** A token request that can be sent, and what of it must never show. */
export interface ReadyRequest {
  readonly request: HttpRequest;
  readonly proof: ClientProof;
  /** How often the authenticator had got something new before it made the proof. */
  readonly provedAt: number;
  /** What proves the client, where that is a text. */
  readonly credentials: readonly string[];
  readonly secrets: readonly string[];
}

type Texts = Readonly<Record<string, string>>;

/**
 * Prepares token requests: asks the server for its address, the authenticator for a proof, and the grant for its parameters. These
 * may be the user's own code: it may throw, hang, or give rubbish.
 */
export class RequestPreparation {
  readonly #timeoutMs: number;
  readonly #renewals = new ProofRenewals();

  /** Each of them has `timeoutMs` for its answer. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @throws {TokenRequestError} when one of them gives nothing that can be sent; no request is made then */
  async prepare(target: Target, signal: AbortSignal): Promise<ReadyRequest> {
    const { server, authenticator, grant } = target;
    const draft = await this.#draft(target, signal);
    const method = `the client authentication '${authenticator.id}'`;
    const provedAt = this.#renewals.countOf(authenticator);
    const proof = await this.#ask(method, {
      work: () => authenticator.authenticate(draft),
      signal,
      draft,
    });
    if (!isProof(proof)) throw failure(method, 'gave neither headers nor parameters as text.');
    const secrets = await this.#ask(method, { work: () => authenticator.secrets(), signal });
    const credentials = textsOf(secrets);
    const extension = `the grant '${grant.id}' at ${server.address}`;
    const parameters = await this.#ask(extension, { work: () => grant.parameters(signal), signal });
    if (!isTexts(parameters) || !parameters.grant_type) throw failure(extension, 'gave no grant_type.');
    return {
      request: buildTokenRequest({
        tokenEndpoint: draft.tokenEndpoint,
        grant: parameters,
        proof,
        asked: target,
      }),
      proof,
      provedAt,
      credentials,
      secrets: hidden(target.clientId, credentials, proof, parameters),
    };
  }

  /**
   * The request once more, after the server has refused the client. Whatever goes wrong here, callers must hear of the refusal.
   * @returns `undefined` where there is nothing new to try
   */
  async prepareAgain(
    target: Target,
    refused: ReadyRequest,
    signal: AbortSignal,
  ): Promise<ReadyRequest | undefined> {
    const { authenticator } = target;
    if (!authenticator.renew) return undefined;
    const ask = () => this.#renewProof(target, refused.proof, signal);
    if (!(await this.#renewals.renew(authenticator, refused.provedAt, ask))) return undefined;
    const ready = await this.prepare(target, signal).catch(() => undefined);
    signal.throwIfAborted();
    return ready;
  }

  async #renewProof(target: Target, refused: ClientProof, signal: AbortSignal): Promise<boolean | undefined> {
    const { authenticator } = target;
    try {
      const draft = await this.#draft(target, signal);
      const work = () => authenticator.renew?.(draft, refused) ?? false;
      return (await this.#ask('its renewal', { work, signal, draft })) === true;
    } catch {
      return signal.aborted ? undefined : false;
    }
  }

  async #draft({ server, clientId }: Target, signal: AbortSignal): Promise<Draft> {
    const discovery = `the discovery of ${server.address}`;
    const metadata = await this.#ask(discovery, {
      work: () => server.metadata(signal),
      signal,
      isOurs: (error) => error instanceof TokenAttemptError,
    });
    if (typeof metadata?.tokenEndpoint !== 'string') throw failure(discovery, 'gave no token endpoint.');
    return new Draft(clientId, metadata.tokenEndpoint, this.#timeoutMs);
  }

  /** Where the answer is there at once, as it nearly always is, no timer is armed. */
  async #ask<T>(what: string, { work, signal, draft, isOurs = isOwnFault }: Question<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      const answer = work();
      if (!isPromise(answer)) return answer;
      const onTimeout = () =>
        failure(what, `gave no answer within ${this.#timeoutMs} ms (requestTimeoutMs).`);
      const deadline = { timeoutMs: this.#timeoutMs, signal, onTimeout };
      return await withDeadline((own) => {
        own.addEventListener('abort', () => draft?.end(own.reason), { once: true });
        return answer;
      }, deadline);
    } catch (error) {
      signal.throwIfAborted();
      throw isOurs(error) ? error : failure(what, 'threw.');
    }
  }
}

interface Question<T> {
  readonly work: () => T | Promise<T>;
  readonly signal: AbortSignal;
  readonly draft?: Draft;
  /** Whether an error is of this package, and speaks of this server: then it is passed on. */
  readonly isOurs?: (error: unknown) => boolean;
}

/** The draft that an authenticator sees. Its signal is made when it is looked at: few methods do. */
class Draft implements TokenRequestDraft {
  readonly clientId: string;
  readonly tokenEndpoint: string;
  readonly timeoutMs: number;
  #controller: AbortController | undefined;
  #ended: { readonly reason: unknown } | undefined;

  constructor(clientId: string, tokenEndpoint: string, timeoutMs: number) {
    this.clientId = clientId;
    this.tokenEndpoint = tokenEndpoint;
    this.timeoutMs = timeoutMs;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#ended) this.#controller.abort(this.#ended.reason);
    return this.#controller.signal;
  }

  /** Nobody needs the proof any more. */
  end(reason: unknown): void {
    this.#ended = { reason };
    this.#controller?.abort(reason);
  }
}

/** What must never show in an error: secrets, credentials in a header (RFC 9110 §11.4), and assertions of the grant. */
function hidden(
  clientId: string,
  own: readonly string[],
  { headers = {}, parameters = {} }: ClientProof,
  { grant_type, ...assertions }: Texts,
): string[] {
  const { client_id, client_assertion_type, ...proofs } = parameters;
  // A server or proxy may repeat the pair of Basic authentication in another encoding than ours.
  const pairs = own.flatMap((secret) => [
    `${clientId}:${secret}`,
    `${formEncode(clientId)}:${formEncode(secret)}`,
  ]);
  const credentials = Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .map(([, value]) => value.slice(value.indexOf(' ') + 1));
  const all = [...pairs, ...credentials, ...own, ...Object.values(proofs), ...Object.values(assertions)];
  return all.filter((secret) => secret !== '');
}

/** The user's own code may give anything. */
function textsOf(secrets: readonly unknown[]): string[] {
  return Array.from(secrets).filter((secret) => typeof secret === 'string');
}

function isProof(proof: unknown): proof is ClientProof {
  if (!isPlainObject(proof)) return false;
  const { headers = {}, parameters = {} } = proof;
  return isTexts(headers) && isTexts(parameters);
}

function isTexts(value: unknown): value is Texts {
  return isPlainObject(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | undefined)?.then === 'function';
}

/** An error of another provider, which an authenticator may ask, says nothing of this server. */
function isOwnFault(error: unknown): boolean {
  return error instanceof TokenRequestError && /^ERR_(CLIENT_|TOKEN_REQUEST_PREPARATION$)/.test(error.reason);
}

function failure(what: string, problem: string): TokenRequestError {
  return new TokenRequestError(
    `No token request was sent: ${what} ${problem}`,
    'ERR_TOKEN_REQUEST_PREPARATION',
  );
}
