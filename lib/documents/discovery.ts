import { AbortWatch } from '../ground/abort-watch.js';
import { ProviderClosedError } from '../ground/errors.js';
import { Transport } from '../http/transport.js';
import type { ServerMetadata } from '../oauth/server/authorization-server.js';
import type { Settings } from '../options/settings.js';
import { DiscoveredServer } from './discovered-server.js';
import { DocumentSource, type JsonObject } from './document-source.js';
import { type Issuer, type ReadMetadata, readMtlsAlias, readOwnEndpoint } from './issuer-metadata.js';
import type { KeptDocument } from './kept-document.js';
import { keepMetadata } from './kept-metadata.js';

/** The metadata of so many servers is kept up to date in the background, those that were asked for first excepted. */
const MAX_WATCHED = 1_000;

/** Knows the servers of a provider that are named by their issuer. */
export class Discovery {
  readonly #settings: Settings;
  readonly #allowHttp: boolean;
  readonly #source: DocumentSource;
  readonly #aborts = new AbortWatch();
  /** Those that were asked for their metadata. */
  readonly #opened = new Set<KeptDocument<ServerMetadata>>();

  constructor(settings: Settings, allowHttp: boolean) {
    this.#settings = settings;
    this.#allowHttp = allowHttp;
    this.#source = new DocumentSource(new Transport(settings.http), settings.requestTimeoutMs);
  }

  server(issuer: string): DiscoveredServer {
    return new DiscoveredServer(issuer, () => this.#open(issuer), this.#settings.requestTimeoutMs);
  }

  async close(): Promise<void> {
    const reason = new ProviderClosedError();
    await Promise.all(Array.from(this.#opened, (document) => document.close(reason)));
  }

  #open(name: string): KeptDocument<ServerMetadata> {
    const document = keepMetadata({ name, allowHttp: this.#allowHttp }, readServerMetadata, {
      source: this.#source,
      retry: this.#settings,
      aborts: this.#aborts,
    });
    const [oldest] = this.#opened;
    if (oldest && this.#opened.size >= MAX_WATCHED) {
      oldest.rest();
      this.#opened.delete(oldest);
    }
    this.#opened.add(document);
    return document;
  }
}

const readServerMetadata: ReadMetadata<ServerMetadata> = (metadata, issuer) => ({
  issuer: issuer.name,
  tokenEndpoint: readOwnEndpoint(metadata, 'token_endpoint', issuer).href,
  revocationEndpoint: findRevocationEndpoint(metadata, issuer),
  mtlsTokenEndpoint: readMtlsAlias(metadata, 'token_endpoint', issuer),
  mtlsRevocationEndpoint: readMtlsAlias(metadata, 'revocation_endpoint', issuer),
});

/** Without one that is fit for use, tokens can be had all the same. */
function findRevocationEndpoint(metadata: JsonObject, issuer: Issuer): string | undefined {
  try {
    return readOwnEndpoint(metadata, 'revocation_endpoint', issuer).href;
  } catch {
    return undefined;
  }
}
