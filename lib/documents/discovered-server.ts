import type { AuthorizationServer, ServerMetadata } from '../oauth/server/authorization-server.js';
import type { KeptDocument } from './kept-document.js';

/** A server that is known by its issuer: where its token endpoint is, its metadata says (RFC 8414, OpenID Connect Discovery). */
export class DiscoveredServer implements AuthorizationServer {
  readonly id: string;
  readonly address: string;
  readonly #open: () => KeptDocument<ServerMetadata>;
  readonly #maxWaitMs: number;
  #metadata: KeptDocument<ServerMetadata> | undefined;

  /**
   * @param open - makes the document, when it is needed
   * @param maxWaitMs - how long a token request may wait for it
   */
  constructor(issuer: string, open: () => KeptDocument<ServerMetadata>, maxWaitMs: number) {
    this.id = `issuer ${issuer}`;
    this.address = issuer;
    this.#open = open;
    this.#maxWaitMs = maxWaitMs;
  }

  doubt(): void {
    this.#metadata?.doubt();
  }

  metadata(signal: AbortSignal): ServerMetadata | Promise<ServerMetadata> {
    this.#metadata ??= this.#open();
    const held = this.#metadata.usable();
    if (held) return held.content;
    return this.#metadata
      .get({ signal, maxWaitMs: this.#maxWaitMs, keepsAlive: false })
      .then(({ content }) => content);
  }
}
