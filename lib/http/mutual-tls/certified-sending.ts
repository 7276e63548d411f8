import type { ClientRequest, IncomingMessage } from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import { TokenRequestError } from '../../ground/errors.js';
import type { ClientCertificate } from '../../options/client-authenticator.js';
import { certificateBlocks, leafCertificate } from './certificate-chain.js';

const REFUSALS = new Set([400, 401, 403, 495, 496]);

const AGENT_MEND =
  'Its httpsAgent has a certificate of its own (leave out cert, key and pfx there), or does not take one for a single request ' +
  '(those of Node.js, https-proxy-agent and hpagent do).';
const ADAPTER_MEND = "Let its adapter be 'http', and its httpVersion 1.";

/**
 * Presents a certificate with one request, and with no other: it is an option of that request, so that the agent's own options (CA,
 * proxy, server name) hold, proxies get no certificate, and agents keep connections of different certificates apart.
 */
export class CertifiedSending {
  readonly #certificate: ClientCertificate;
  #isUsed = false;
  #failure: TokenRequestError | undefined;

  constructor(certificate: ClientCertificate) {
    this.#certificate = certificate;
  }

  /** For axios: whatever agent it has chosen, the request goes out by this. */
  get config(): { transport: { request: typeof https.request } } {
    const request = (options: https.RequestOptions, onResponse: (response: IncomingMessage) => void) =>
      this.#request(options, onResponse);
    return { transport: { request: request as typeof https.request } };
  }

  /** What went wrong here, rather than at the server. */
  get failure(): TokenRequestError | undefined {
    return this.#failure;
  }

  /** @throws {TokenRequestError} when a refusal may come of it that nothing was presented */
  check(status: number): void {
    if (!this.#isUsed && REFUSALS.has(status)) throw notPresented(ADAPTER_MEND);
  }

  #request(options: https.RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
    this.#isUsed = true;
    const { cert } = this.#certificate;
    const identity = { cert: certificateBlocks(cert).join('\n'), key: [new HiddenKey(this.#certificate)] };
    const request = https.request({ ...options, ...(identity as object) }, onResponse);
    const check = (socket: Connection): void => {
      if (isPresented(cert, socket)) return;
      this.#failure = notPresented(AGENT_MEND);
      request.destroy(this.#failure);
    };
    request.once('socket', (socket: Connection) => {
      // Bun tells no sooner than that which certificate it is.
      if (socket.secureConnecting && !hasOwn(socket)) socket.once('secureConnect', () => check(socket));
      else check(socket);
    });
    return request;
  }
}

/** Node.js reads these two members of a key. Agents keep the options of their connections, and no inspection reaches these. */
class HiddenKey {
  readonly #certificate: ClientCertificate;

  constructor(certificate: ClientCertificate) {
    this.#certificate = certificate;
  }

  get pem(): string {
    return this.#certificate.key;
  }

  get passphrase(): string | undefined {
    return this.#certificate.passphrase;
  }
}

/** Agents may be anybody's: what they give may be no connection of Node.js. */
type Connection = TLSSocket & { readonly secureConnecting?: boolean };

function ownOf(socket: Partial<TLSSocket>): { readonly fingerprint256?: string } | null | undefined {
  return socket.getCertificate?.() as { fingerprint256?: string } | null | undefined;
}

function hasOwn(socket: Connection): boolean {
  return ownOf(socket)?.fingerprint256 !== undefined;
}

/** A connection that does not tell is taken for right. */
function isPresented(cert: string, socket: Connection): boolean {
  const own = ownOf(socket);
  return !own || own.fingerprint256 === leafCertificate(cert)?.fingerprint256;
}

function notPresented(mend: string): TokenRequestError {
  return new TokenRequestError(
    `The axios instance given as http does not present the client's certificate. ${mend}`,
    'ERR_HTTP_OPTION',
    true,
  );
}
