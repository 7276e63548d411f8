import type { HttpAnswer, HttpRequest } from '../../http/transport.js';
import { codeOf } from '../failure-kinds.js';
import { readServerWords } from '../server/server-words.js';
import { Nonces } from './nonces.js';
import type { ProofKey } from './proof-key.js';

/** Sends a request; `again` makes it anew, should it have to be sent once more. */
type Send = (request: HttpRequest, again: () => Promise<HttpRequest>) => Promise<HttpAnswer>;

/** Sends token requests with a proof by the key that the token is to be bound to (RFC 9449 §5). */
export class ProvedSending {
  readonly #nonces = new Nonces();

  /** Once more at once where the server wants a nonce that was not known (RFC 9449 §8). */
  async send(
    key: ProofKey,
    request: HttpRequest,
    again: () => Promise<HttpRequest>,
    send: Send,
  ): Promise<HttpAnswer> {
    const { url } = request;
    const nonce = this.#nonces.of(url);
    const anew = async () => prove(key, await again(), this.#nonces.of(url));
    const answer = await send(prove(key, request, nonce), anew);
    this.#nonces.note(url, answer.header('dpop-nonce'));
    // The answer to another request may have brought it meanwhile.
    const told = this.#nonces.of(url);
    if (told === nonce || !wantsNonce(answer)) return answer;
    // Some servers have nonces for each client (Glewlwyd): what another one is told while this is made anew is of no use here.
    const withTold = async () => prove(key, await again(), told);
    const next = await send(await withTold(), withTold);
    this.#nonces.note(url, next.header('dpop-nonce'));
    return next;
  }
}

function prove(key: ProofKey, request: HttpRequest, nonce: string | undefined): HttpRequest {
  const { url, headers } = request;
  const DPoP = key.prove({ method: 'POST', url, nonce });
  return { ...request, headers: { ...headers, DPoP } };
}

function wantsNonce({ status: httpStatus, body }: HttpAnswer): boolean {
  const { code: error } = readServerWords(body);
  return httpStatus >= 400 && codeOf({ httpStatus, error }) === 'use_dpop_nonce';
}
