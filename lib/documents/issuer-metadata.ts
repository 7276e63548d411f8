import { TokenEndpointError, TokenResponseError } from '../ground/errors.js';
import { isLoopback, parseUrl } from '../ground/url.js';
import { isPlainObject } from '../ground/value-kind.js';
import { textCleaner } from '../http/redaction/server-text.js';
import { METADATA_LIFETIME } from './document-lifetime.js';
import type { DocumentSource, JsonObject } from './document-source.js';
import type { FetchedDocument } from './edition.js';

/** An issuer, as the options name it. */
export interface Issuer {
  /** Exactly as its metadata must name it. */
  readonly name: string;
  /** Whether its endpoints may use plain http on any host. */
  readonly allowHttp: boolean;
}

/** What is taken from a server's metadata; throws where that is not fit for use. */
export type ReadMetadata<Content> = (metadata: JsonObject, issuer: Issuer) => Content;

const clean = textCleaner([]);

/** OpenID Connect Discovery §4 appends the well-known part to the issuer, RFC 8414 §3 puts it in front of the path. */
export function metadataAddresses(issuer: string): readonly [string, string] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}

/**
 * Fetches the metadata of an issuer, at the first of both addresses that has one.
 * @throws {TokenAttemptError} when there is none, or it is not that of this issuer
 */
export async function fetchMetadata<Content>(
  source: DocumentSource,
  issuer: Issuer,
  read: ReadMetadata<Content>,
  signal: AbortSignal,
): Promise<FetchedDocument<Content>> {
  const [first, second] = metadataAddresses(issuer.name);
  const fetched = await source.fetch(first, METADATA_LIFETIME, signal).catch(async (error: unknown) => {
    // A host that is not there has no second address either.
    if (signal.aborted || !isNoDocument(error)) throw error;
    return source.fetch(second, METADATA_LIFETIME, signal).catch((next: unknown) => {
      throw isNoDocument(next) ? error : next;
    });
  });
  checkIssuer(fetched.content, issuer.name);
  return { ...fetched, content: read(fetched.content, issuer) };
}

/**
 * An endpoint that metadata names: with TLS, unless it is on this machine, or `allowHttp` is set.
 * @throws {TokenResponseError} when it is not there, or not fit for use
 */
export function readEndpoint(metadata: JsonObject, member: string, { name, allowHttp }: Issuer): URL {
  const value = metadata[member];
  if (value === undefined) throw unfit(name, `names no ${member}`);
  const url = typeof value === 'string' ? parseUrl(value) : undefined;
  if (!url) throw unfit(name, `has a ${member} that is no URL`);
  const isHere = isLoopback(url) && isLoopback(new URL(name));
  const isPlain = url.protocol === 'http:' && (allowHttp || isHere);
  if (url.protocol !== 'https:' && !isPlain) throw unfit(name, `has a ${member} that is not https`);
  if (url.username || url.password || url.hash)
    throw unfit(name, `has a ${member} with credentials or a fragment`);
  return url;
}

/**
 * Where the secret goes: to the issuer's own host, or one below it. Metadata that was tampered with must not lead it elsewhere.
 */
export function readOwnEndpoint(metadata: JsonObject, member: string, issuer: Issuer): URL {
  const url = readEndpoint(metadata, member, issuer);
  const { hostname } = new URL(issuer.name);
  if (url.hostname === hostname || url.hostname.endsWith(`.${hostname}`)) return url;
  const mend = 'If that is right, give its address as tokenEndpoint, in place of issuer';
  throw unfit(issuer.name, `has a ${member} on another host, ${clean(url.hostname)}. ${mend}`);
}

/**
 * An endpoint of `mtls_endpoint_aliases` (RFC 8705 §5), where there is one. It may be on any host: who is shown a certificate cannot
 * use it. What is wrong with it is told to who asks for it, and harms no other client.
 */
export function readMtlsAlias(
  metadata: JsonObject,
  member: string,
  issuer: Issuer,
): (() => string) | undefined {
  const aliases = metadata.mtls_endpoint_aliases;
  if (aliases === undefined) return undefined;
  if (!isPlainObject(aliases))
    return () => {
      throw unfit(issuer.name, 'has mtls_endpoint_aliases that are no object');
    };
  if (aliases[member] === undefined) return undefined;
  const name = `mtls_endpoint_aliases.${member}`;
  return () => readEndpoint({ [name]: aliases[member] }, name, { ...issuer, allowHttp: false }).href;
}

function checkIssuer({ issuer }: JsonObject, expected: string): void {
  if (issuer === expected) return;
  const named = typeof issuer === 'string' ? `'${clean(issuer)}'` : 'none';
  const mend = 'It must be the same, letter for letter (RFC 8414 §3.3). Correct the option, or the server';
  throw unfit(expected, `names the issuer ${named}. ${mend}`);
}

/** Gateways answer much to what is not there: 403, or a redirect to a page. */
function isNoDocument(error: unknown): boolean {
  const isAnswer = error instanceof TokenEndpointError || error instanceof TokenResponseError;
  return isAnswer && error.permanent;
}

function unfit(issuer: string, problem: string): TokenResponseError {
  return new TokenResponseError(`The metadata of ${issuer} ${problem}.`, true);
}
