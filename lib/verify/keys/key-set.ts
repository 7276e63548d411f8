import { KEYS_LIFETIME } from '../../documents/document-lifetime.js';
import { DocumentSource } from '../../documents/document-source.js';
import type { FetchedDocument } from '../../documents/edition.js';
import { type ReadMetadata, readEndpoint } from '../../documents/issuer-metadata.js';
import { type DocumentStep, KeptDocument } from '../../documents/kept-document.js';
import { keepMetadata } from '../../documents/kept-metadata.js';
import { AbortWatch } from '../../ground/abort-watch.js';
import { elapsedMs, type Instant, now } from '../../ground/clock.js';
import type { TokenAttemptError } from '../../ground/errors.js';
import { publicAddressOf } from '../../ground/url.js';
import { Transport } from '../../http/transport.js';
import { isDoubtfulAddress } from '../../oauth/failure-kinds.js';
import { RetryBudget } from '../../renewal/retry-budget.js';
import type { Patience } from '../../renewal/waiting-room.js';
import type { VerifierSettings } from '../verifier-options.js';
import { KeyList } from './key-list.js';

/** Keys are asked for because of tokens that no key fits no more often than once in this time, in ms. */
const LEAST_APART_MS = 30_000;

/** The keys of an issuer, kept up to date. */
export class KeySet {
  readonly #settings: VerifierSettings;
  readonly #source: DocumentSource;
  readonly #keys: KeptDocument<KeyList>;
  readonly #metadata: KeptDocument<string>;
  /** When they last came because a token was signed by another one. */
  #renewedAt: Instant | undefined;

  constructor(settings: VerifierSettings, onStep: (step: DocumentStep<KeyList>) => void) {
    this.#settings = settings;
    const { issuer, retry, requestTimeoutMs, maxStaleMs, allowHttp } = settings;
    this.#source = new DocumentSource(new Transport(settings.http), requestTimeoutMs);
    const aborts = new AbortWatch();
    this.#keys = new KeptDocument({
      name: `keys of ${issuer}`,
      fetch: (signal) => this.#fetch(signal),
      retry,
      budget: new RetryBudget(),
      maxStaleMs,
      aborts,
      onStep,
    });
    const parts = { source: this.#source, retry, aborts };
    this.#metadata = keepMetadata({ name: issuer, allowHttp }, readKeysAddress, parts);
  }

  /** The document, for `status()`. */
  get document(): Pick<KeptDocument<KeyList>, 'edition' | 'renewal'> {
    return this.#keys;
  }

  /** The keys that can be used now, at once; `undefined` where there are none. */
  usable(): KeyList | undefined {
    return this.#keys.usable()?.content;
  }

  /** @throws {TokenAttemptError} when there are none within the caller's patience */
  async get(patience: Patience): Promise<KeyList> {
    return (await this.#keys.get(patience)).content;
  }

  /**
   * The keys once more, since a token is signed by another one. `undefined` where that was done only just now: then there is no such key.
   * @throws {TokenAttemptError} when they cannot be had
   */
  async fetchForUnknown(patience: Patience): Promise<KeyList | undefined> {
    const isTooSoon = this.#renewedAt !== undefined && elapsedMs(this.#renewedAt) < LEAST_APART_MS;
    if (isTooSoon && this.#keys.renewal.state === 'idle') return undefined;
    const { content } = await this.#keys.next('requested', patience);
    this.#renewedAt = now();
    return content;
  }

  /** Whether the last attempt to get keys has failed. */
  get isFailing(): boolean {
    return this.#keys.renewal.lastError !== undefined;
  }

  /** How long until the next attempt after a failed one, in ms. */
  get msToNextAttempt(): number | undefined {
    return this.#keys.renewal.msToNextAttempt(now());
  }

  async close(reason: Error): Promise<void> {
    await Promise.all([this.#keys.close(reason), this.#metadata.close(reason)]);
  }

  async #fetch(signal: AbortSignal): Promise<FetchedDocument<KeyList>> {
    const { jwksUri, requestTimeoutMs } = this.#settings;
    const patience = { signal, maxWaitMs: requestTimeoutMs, keepsAlive: false };
    const address = jwksUri ?? (await this.#metadata.get(patience)).content;
    const fetched = await this.#source.fetch(address, KEYS_LIFETIME, signal).catch((error: unknown) => {
      if (jwksUri === undefined && isDoubtfulAddress(error as TokenAttemptError)) this.#metadata.doubt();
      throw error;
    });
    const before = this.#keys.edition?.content;
    const shown = publicAddressOf(address);
    return { ...fetched, content: await KeyList.read(fetched.content, shown, before).whole(shown) };
  }
}

const readKeysAddress: ReadMetadata<string> = (metadata, issuer) =>
  readEndpoint(metadata, 'jwks_uri', issuer).href;
