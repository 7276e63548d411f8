import { TokenAttemptError } from '../ground/errors.js';
import { isArray, isPlainObject, isPromise } from '../ground/value-kind.js';
import { formEncode } from '../http/form-encoding.js';
import { certificateBlocks } from '../http/mutual-tls/certificate-chain.js';
import { type CleanText, textCleaner } from '../http/redaction/server-text.js';
import { querySecrets } from '../http/redaction/shown-address.js';
import type { HttpRequest } from '../http/transport.js';
import type { ClientProof } from '../options/client-authenticator.js';
import { RequestDraft } from './client-authentication/request-draft.js';
import { type Answer, ExtensionCaller, extensionFailure } from './extension-caller.js';
import { certificateEndpoint } from './mutual-tls/certificate-endpoint.js';
import { ProofRenewals } from './proof-renewals.js';
import type { AuthorizationServer, ServerMetadata } from './server/authorization-server.js';
import type { Target } from './target.js';
import { buildTokenRequest } from './token-request.js';

/** What proves the client in a request that is about to be made. */
export interface ReadyProof {
  readonly metadata: ServerMetadata;
  readonly proof: ClientProof;
  /** How often the authenticator had got something new before it made the proof. */
  readonly provedAt: number;
  /** What proves the client, where that is a text. */
  readonly credentials: readonly string[];
}

/** A token request that can be sent, and what of it must never show. */
export interface ReadyRequest extends ReadyProof {
  readonly request: HttpRequest;
  /** Makes what others say of it fit to be shown. */
  readonly clean: CleanText;
}

type Texts = Readonly<Record<string, string>>;

/**
 * Prepares token requests: asks the server for its address, the authenticator for a proof, and the grant for its parameters. These
 * may be the user's own code: it may throw, hang, or give rubbish.
 */
export class RequestPreparation {
  readonly #timeoutMs: number;
  readonly #extensions: ExtensionCaller;
  readonly #renewals = new ProofRenewals();

  /** Each of them has `timeoutMs` for its answer. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#extensions = new ExtensionCaller(timeoutMs);
  }

  /** @throws {TokenRequestError} when one of them gives nothing that can be sent; no request is made then */
  async prepare(target: Target, signal: AbortSignal): Promise<ReadyRequest> {
    const { grant, server } = target;
    const ready = await this.prove(target, signal);
    const extension = `the grant '${grant.id}' at ${server.address}`;
    let parameters = this.#extensions.call(extension, {
      work: () => grant.parameters(signal),
      signal,
    });
    if (isPromise(parameters)) parameters = await parameters;
    if (!isTexts(parameters) || !parameters.grant_type)
      throw extensionFailure(extension, 'gave no grant_type.');
    const { metadata, proof, credentials } = ready;
    const tokenEndpoint = proof.certificate ? certificateEndpoint(server, metadata) : metadata.tokenEndpoint;
    const secrets = () => [
      ...hidden(target.clientId, credentials, proof, parameters),
      ...querySecrets(tokenEndpoint),
    ];
    return {
      ...ready,
      request: buildTokenRequest({ tokenEndpoint, grant: parameters, proof, asked: target }),
      clean: lazyCleaner(secrets),
    };
  }

  /** @throws {TokenRequestError} when the server's address or the proof cannot be had */
  async prove(target: Target, signal: AbortSignal): Promise<ReadyProof> {
    const { authenticator } = target;
    let metadata = this.#discover(target, signal);
    if (isPromise(metadata)) metadata = await metadata;
    const draft = this.#draft(target, metadata);
    const method = `the client authentication '${authenticator.id}'`;
    const provedAt = this.#renewals.countOf(authenticator);
    let proof = this.#extensions.call(method, {
      work: () => authenticator.authenticate(draft),
      signal,
      draft,
    });
    if (isPromise(proof)) proof = await proof;
    if (!isProof(proof))
      throw extensionFailure(
        method,
        'gave something else than headers and parameters as texts, and a certificate as PEM.',
      );
    let secrets = this.#extensions.call(method, { work: () => authenticator.secrets(), signal });
    if (isPromise(secrets)) secrets = await secrets;
    return { metadata, proof, provedAt, credentials: textsOf(secrets) };
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
      const draft = this.#draft(target, await this.#discover(target, signal));
      const work = () => authenticator.renew?.(draft, refused) ?? false;
      return (await this.#extensions.call('its renewal', { work, signal, draft })) === true;
    } catch {
      return signal.aborted ? undefined : false;
    }
  }

  #discover({ server }: Target, signal: AbortSignal): Answer<ServerMetadata> {
    return this.#extensions.call(discoveryOf(server), {
      work: () => server.metadata(signal),
      signal,
      isOurs: isAttemptError,
    });
  }

  #draft({ server, clientId }: Target, metadata: Partial<ServerMetadata> | undefined): RequestDraft {
    if (typeof metadata?.tokenEndpoint !== 'string')
      throw extensionFailure(discoveryOf(server), 'gave no token endpoint.');
    return new RequestDraft(clientId, metadata as ServerMetadata, this.#timeoutMs);
  }
}

/** What must never show in an error: secrets, credentials in a header (RFC 9110 §11.4), and assertions of the grant. */
function hidden(
  clientId: string,
  own: readonly string[],
  { headers = {}, parameters = {}, certificate }: ClientProof,
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
  const keys = certificate ? [certificate.key, certificate.passphrase ?? ''] : [];
  const all = [
    ...pairs,
    ...credentials,
    ...keys,
    ...own,
    ...Object.values(proofs),
    ...Object.values(assertions),
  ];
  return all.filter((secret) => secret !== '');
}

/** The user's own code may give anything. */
function textsOf(secrets: unknown): string[] {
  return isArray(secrets) ? secrets.filter((secret) => typeof secret === 'string') : [];
}

function isProof(proof: unknown): proof is ClientProof {
  if (!isPlainObject(proof)) return false;
  const { headers = {}, parameters = {}, certificate } = proof;
  return isTexts(headers) && isTexts(parameters) && isCertificate(certificate);
}

function isCertificate(certificate: unknown): boolean {
  if (certificate === undefined) return true;
  if (!isPlainObject(certificate)) return false;
  const { cert, key, passphrase = '' } = certificate;
  return isTexts({ cert, key, passphrase }) && key !== '' && certificateBlocks(`${cert}`).length > 0;
}

function isTexts(value: unknown): value is Texts {
  return isPlainObject(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isAttemptError(error: unknown): boolean {
  return error instanceof TokenAttemptError;
}

function discoveryOf({ address }: AuthorizationServer): string {
  return `the discovery of ${address}`;
}

/** Made when there is a text to clean: most answers have none. */
function lazyCleaner(secrets: () => readonly string[]): CleanText {
  let clean: CleanText | undefined;
  return (text, options) => {
    clean ??= textCleaner(secrets());
    return clean(text, options);
  };
}
