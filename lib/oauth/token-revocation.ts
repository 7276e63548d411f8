import { withDeadline } from '../ground/deadline.js';
import { makeAbortController } from '../ground/runtime/abort-signal.js';
import { allowManyListeners } from '../ground/runtime/many-listeners.js';
import { type HttpRequest, OWN_HEADERS, Transport } from '../http/transport.js';
import type { Settings } from '../options/settings.js';
import { RequestPreparation } from './request-preparation.js';
import type { Target } from './target.js';

/** A token, and whose it is. */
export interface IssuedToken {
  readonly target: Target;
  readonly value: string;
}

/** All of them have this long together, in ms. */
const LONGEST_MS = 1_000;

/** Tells authorization servers that tokens are not needed any more (RFC 7009). */
export class TokenRevocation {
  readonly #transport: Transport;
  readonly #preparation = new RequestPreparation(LONGEST_MS);
  readonly #maxConcurrentRequests: number;

  constructor({ http, maxConcurrentRequests }: Pick<Settings, 'http' | 'maxConcurrentRequests'>) {
    this.#transport = new Transport(http);
    this.#maxConcurrentRequests = maxConcurrentRequests;
  }

  /** One request for each, as far as there is time. Never fails: the tokens end by themselves. */
  async revokeAll(tokens: readonly IssuedToken[]): Promise<void> {
    if (tokens.length === 0) return;
    const left = tokens.values();
    const work = async (signal: AbortSignal): Promise<void> => {
      // Each request listens to it: that is no leak.
      allowManyListeners(signal);
      for (const token of left) {
        if (signal.aborted) return;
        await this.#revoke(token, signal).catch(() => undefined);
      }
    };
    const workers = Math.min(this.#maxConcurrentRequests, tokens.length);
    await withDeadline((signal) => Promise.all(Array.from({ length: workers }, () => work(signal))), {
      timeoutMs: LONGEST_MS,
      signal: makeAbortController().signal,
      onTimeout: () => new Error('There is no more time to revoke tokens.'),
      keepsAlive: true,
    }).catch(() => undefined);
  }

  async #revoke(token: IssuedToken, signal: AbortSignal): Promise<void> {
    const request = await this.#prepare(token, signal);
    // A proof is good for one sending alone.
    const again = async () => (await this.#prepare(token, signal)) ?? request;
    if (request) await this.#transport.send(request, signal, again as () => Promise<HttpRequest>);
  }

  /** `undefined` where it is not known where the server revokes tokens. */
  async #prepare({ target, value }: IssuedToken, signal: AbortSignal): Promise<HttpRequest | undefined> {
    const { metadata, proof } = await this.#preparation.prove(target, signal);
    const { certificate } = proof;
    const { revocationEndpoint, mtlsRevocationEndpoint } = metadata;
    const url = (certificate && mtlsRevocationEndpoint?.()) ?? revocationEndpoint;
    if (url === undefined) return undefined;
    const form = new URLSearchParams({ ...proof.parameters, token: value, token_type_hint: 'access_token' });
    const headers = { ...proof.headers, 'Content-Type': 'application/x-www-form-urlencoded', ...OWN_HEADERS };
    return { url, headers, body: form.toString(), certificate };
  }
}
