import { withDeadline } from '../../../ground/deadline.js';
import { ownClient } from '../../../http/own-client.js';
import { type HttpProxy, proxyOf } from '../../../http/proxy.js';
import { textCleaner } from '../../../http/redaction/server-text.js';
import { requestFailure, timeoutFailure } from '../../../http/request-failure.js';
import type { Exchange } from '../../../http/request-fault.js';
import { type HttpAnswer, OWN_HEADERS, Transport } from '../../../http/transport.js';
import { TokenAttemptError } from '../../../index.js';

/** What became of a request that proves nothing and asks for nothing. */
export interface RequestProbe {
  /** By the same words as for a token request, that would fail in the same way. */
  readonly failure: TokenAttemptError | undefined;
  readonly answer: HttpAnswer | undefined;
  /** By which it went. */
  readonly proxy: HttpProxy | undefined;
  /** When the answer came, ms since the epoch, and how long it took. */
  readonly answeredAt: number;
  readonly tookMs: number;
}

/**
 * Sends a GET the way that token requests go: by the same proxies, with the same trust. So that no secret is on its way while
 * it is not known who would get it.
 */
export async function probeRequest(url: string, address: string, timeoutMs: number): Promise<RequestProbe> {
  let proxy: HttpProxy | undefined;
  const look = (exchange: Exchange): void => {
    proxy = proxyOf(exchange);
  };
  const send = (signal: AbortSignal) =>
    transportThat(look, signal).send({ url, headers: OWN_HEADERS }, signal);
  const startedAt = Date.now();
  const outcome = await withDeadline(send, {
    timeoutMs,
    signal: new AbortController().signal,
    keepsAlive: true,
    onTimeout: () => timeoutFailure(address, timeoutMs),
  }).then(
    (answer) => ({ answer, failure: undefined }),
    (error: unknown) => ({ answer: undefined, failure: asFailure(error, address) }),
  );
  const answeredAt = Date.now();
  return { ...outcome, proxy, answeredAt, tookMs: answeredAt - startedAt };
}

/** The library's own transport, which is looked at while it sends. */
function transportThat(look: (exchange: Exchange) => void, signal: AbortSignal): Transport {
  const request = async (config: object): Promise<unknown> => {
    try {
      const response = await (await ownClient(signal)).request(config);
      look(response);
      return response;
    } catch (error) {
      look(error as Exchange);
      throw error;
    }
  };
  return new Transport({ request } as never);
}

function asFailure(error: unknown, address: string): TokenAttemptError {
  if (error instanceof TokenAttemptError) return error;
  return requestFailure(error, { address, hasGivenTokens: false, clean: textCleaner([]) });
}
