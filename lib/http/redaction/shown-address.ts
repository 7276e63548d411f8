import { parseUrl } from '../../ground/url.js';
import type { CleanText } from './server-text.js';

/** Shorter ones are no secrets, and stand in many texts by chance: a version, the name of a tenant. */
const MIN_LENGTH = 8;

/** Up to the host; or to the end, where the text was cut off before it. */
const CREDENTIALS = /^([a-z][a-z0-9+.-]*:)?[/\\]{2,}([^/\\]*@|[^/\\]*…$)/i;

/** Where a server redirects to, fit to be shown: clean, and without credentials, query and fragment. */
export function shownLocation(location: string, clean: CleanText): string {
  // Clean at first: what is cut in two is found no more.
  const shown = clean(location)
    .replace(/[?#].*$/s, '')
    .replace(CREDENTIALS, '$1//');
  return shown || 'the same address with another query';
}

/** What must not show of an address whose query may hold a key: the query, and its parts. */
export function querySecrets(url: string): string[] {
  const { search, searchParams } = parseUrl(url) ?? {};
  if (!search || !searchParams) return [];
  const query = search.slice(1);
  const texts = [query, ...query.split('&'), ...searchParams.values()];
  return [...new Set(texts)].filter(({ length }) => length >= MIN_LENGTH);
}
