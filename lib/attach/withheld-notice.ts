import { warnProcess } from '../ground/process-warning.js';
import { parseUrl } from '../ground/url.js';
import type { Origins } from './origins.js';

/** Longer addresses are cut: a name in the DNS has no more than 253 characters. */
const MAX_ADDRESS_LENGTH = 280;
/** More origins are counted, not listed. */
const MAX_LISTED_ORIGINS = 10;

/**
 * Tells, once for each attachment, that a request went out without the token. Most often `origins` has the wrong port or
 * scheme then, and nobody understands why the API answers 401. Once a token was carried, `origins` cannot be all wrong, and
 * nothing is told any more.
 */
export class WithheldNotice {
  readonly #origins: Origins;
  #isOpen = true;

  constructor(origins: Origins) {
    this.#origins = origins;
  }

  /** A request carries a token. */
  close(): void {
    this.#isOpen = false;
  }

  /** A request to this address carries none, because the address is not among the origins. */
  tell(address: string): void {
    if (!this.#isOpen) return;
    const url = parseUrl(address);
    // Credentials in the address keep the token away as well, and that is what the caller wants.
    if (url && this.#origins.has(withoutUser(url))) return;
    this.#isOpen = false;
    const mend = "If it should carry one, add its origin to the option 'origins'.";
    const allowed = `Tokens go to ${listed(this.#origins.list)} alone.`;
    warnProcess({
      code: 'TOKEN_PROVIDER_NOT_ATTACHED',
      message: `A request to ${shownOrigin(url)} carried no token. ${allowed} ${mend}`,
    });
  }
}

function withoutUser(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

/** Of the parsed address, which has no control characters in its scheme and host. */
function shownOrigin(url: URL | undefined): string {
  if (url === undefined) return 'an address that is no absolute URL';
  const text = url.host === '' ? url.protocol : `${url.protocol}//${url.host}`;
  return text.length > MAX_ADDRESS_LENGTH ? `${text.slice(0, MAX_ADDRESS_LENGTH)}…` : text;
}

function listed(origins: readonly string[]): string {
  const more = origins.length - MAX_LISTED_ORIGINS;
  return origins.slice(0, MAX_LISTED_ORIGINS).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
