import type { AbortWatch } from '../ground/abort-watch.js';
import type { RetrySettings } from '../options/request-settings.js';
import { RetryBudget } from '../renewal/retry-budget.js';
import type { DocumentSource } from './document-source.js';
import { fetchMetadata, type Issuer, type ReadMetadata } from './issuer-metadata.js';
import { KeptDocument } from './kept-document.js';

/** What is needed to keep metadata. */
export interface MetadataParts {
  readonly source: DocumentSource;
  readonly retry: RetrySettings;
  readonly aborts: AbortWatch;
}

/** The metadata of an issuer, as far as `read` takes them: once they were good, they are used until there are newer ones. */
export function keepMetadata<Content>(
  issuer: Issuer,
  read: ReadMetadata<Content>,
  { source, retry: { minDelayMs, maxDelayMs }, aborts }: MetadataParts,
): KeptDocument<Content> {
  return new KeptDocument({
    name: `metadata of ${issuer.name}`,
    fetch: (signal) => fetchMetadata(source, issuer, read, signal),
    // Whoever needs them tries again: a failure to discover is a failure to get what is wanted.
    retry: { retries: 0, minDelayMs, maxDelayMs },
    budget: new RetryBudget(),
    maxStaleMs: Number.POSITIVE_INFINITY,
    aborts,
  });
}
