import { withDeadline } from '../../../ground/deadline.js';
import type { HttpProxy } from '../../../http/proxy.js';
import { textCleaner } from '../../../http/redaction/server-text.js';
import { requestFailure, timeoutFailure } from '../../../http/request-failure.js';
import { type HttpAnswer, OWN_HEADERS, Transport } from '../../../http/transport.js';
import { TokenAttemptError } from '../../../index.js';
import { silentProxy, silentTls } from './silence.js';
import { type TlsDetails, WatchedSending } from './watched-sending.js';

/** What became of a request that proves nothing and asks for nothing. */
export interface RequestProbe {
  /** By the same words as for a token request, that would fail in the same way. */
  readonly failure: TokenAttemptError | undefined;
  readonly answer: HttpAnswer | undefined;
  /** By which it went. */
  readonly proxy: HttpProxy | undefined;
  /** What came of the handshake; `undefined` where there was none. */
  readonly tls: TlsDetails | undefined;
  /** When the answer came, ms since the epoch, and how long it took. */
  readonly answeredAt: number;
  readonly tookMs: number;
}

/**
 * Sends a GET the way that token requests go: by the same proxies, with the same trust. So that no secret is on its way while
 * it is not known who would get it.
 */
export async function probeRequest(url: string, address: string, timeoutMs: number): Promise<RequestProbe> {
  const sending = new WatchedSending();
  const send = async (signal: AbortSignal) =>
    new Transport((await sending.client(signal)) as never).send({ url, headers: OWN_HEADERS }, signal);
  const startedAt = Date.now();
  const outcome = await withDeadline(send, {
    timeoutMs,
    signal: new AbortController().signal,
    keepsAlive: true,
    onTimeout: () => silenceOf(sending, url, timeoutMs) ?? timeoutFailure(address, timeoutMs),
  }).then(
    (answer) => ({ answer, failure: undefined }),
    (error: unknown) => ({ answer: undefined, failure: asFailure(error, address) }),
  );
  const answeredAt = Date.now();
  const { proxy, tls } = sending;
  return { ...outcome, proxy, tls, answeredAt, tookMs: answeredAt - startedAt };
}

/** Who has kept silent, where that is to be seen. */
function silenceOf({ proxy, waitsForTunnel, waitsForTls }: WatchedSending, url: string, timeoutMs: number) {
  if (proxy && waitsForTunnel) return silentProxy(proxy, url, timeoutMs);
  return waitsForTls ? silentTls(url, timeoutMs, proxy) : undefined;
}

function asFailure(error: unknown, address: string): TokenAttemptError {
  if (error instanceof TokenAttemptError) return error;
  return requestFailure(error, { address, hasGivenTokens: false, clean: textCleaner([]) });
}
