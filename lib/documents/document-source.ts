import { now } from '../ground/clock.js';
import { withDeadline } from '../ground/deadline.js';
import { TokenAttemptError, TokenEndpointError, TokenResponseError } from '../ground/errors.js';
import { publicAddressOf } from '../ground/url.js';
import { describeBody, readJsonObject } from '../http/answer-body.js';
import { textCleaner } from '../http/redaction/server-text.js';
import { shownLocation } from '../http/redaction/shown-address.js';
import { requestFailure, timeoutFailure } from '../http/request-failure.js';
import { readRetryAfter } from '../http/retry-after.js';
import { type HttpAnswer, OWN_HEADERS, type Transport } from '../http/transport.js';
import { isPassing } from '../oauth/failure-kinds.js';
import { documentLifetime, type LifetimeRange } from './document-lifetime.js';
import type { FetchedDocument } from './edition.js';

export type JsonObject = Readonly<Record<string, unknown>>;

const clean = textCleaner([]);

/** Fetches JSON documents that servers publish (RFC 8414 §3, RFC 7517 §5). Knows no cache and no retry. */
export class DocumentSource {
  readonly #transport: Transport;
  readonly #timeoutMs: number;

  constructor(transport: Transport, timeoutMs: number) {
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws {TokenAttemptError} when there is no such document, or it is no JSON object */
  async fetch(url: string, range: LifetimeRange, signal: AbortSignal): Promise<FetchedDocument<JsonObject>> {
    const sentAt = now();
    const address = publicAddressOf(url);
    const answer = await this.#send(url, address, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof TokenAttemptError) throw error;
      throw requestFailure(error, { address, clean, hasGivenTokens: false });
    });
    if (answer.status !== 200) throw refusal(answer, address);
    const content = readJsonObject(answer.body);
    if (!content)
      throw new TokenResponseError(
        `${address} sent ${describeBody(answer)}, where JSON was asked for.`,
        true,
      );
    return { content, sentAt, lifetimeMs: documentLifetime(answer, range) };
  }

  #send(url: string, address: string, signal: AbortSignal): Promise<HttpAnswer> {
    return withDeadline((own) => this.#transport.send({ url, headers: OWN_HEADERS }, own), {
      timeoutMs: this.#timeoutMs,
      signal,
      onTimeout: () => timeoutFailure(address, this.#timeoutMs),
    });
  }
}

function refusal(answer: HttpAnswer, address: string): TokenEndpointError {
  const { status: httpStatus, header } = answer;
  const isRedirect = httpStatus >= 300 && httpStatus < 400;
  const goal = isRedirect ? shownLocation(header('location') ?? 'nowhere', clean) : '';
  const detail = isRedirect ? `It redirects to ${goal}, which is not followed. Give the final address.` : '';
  return new TokenEndpointError(
    `${address} answered ${httpStatus} with ${describeBody(answer)}. ${detail}`.trim(),
    {
      httpStatus,
      permanent: !isPassing({ httpStatus, error: undefined }),
      retryAfterMs: readRetryAfter(header('retry-after'), header('date'), now().wall),
    },
  );
}
