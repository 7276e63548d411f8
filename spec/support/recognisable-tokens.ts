import type { RequestProver } from '../../lib/index.js';
import type { Seen } from './api-server.js';

/** Nothing but loopback is to be asked. What is no address fails at once. */
export function isOfLoopback(address: string, base: string): boolean {
  try {
    return /^(127\.|\[::|localhost)/.test(new URL(address, base).hostname);
  } catch {
    return true;
  }
}

export function holdsToken({ headers, url, body }: Seen): boolean {
  return /the-(first|second)-token/.test(JSON.stringify([headers, url, body]));
}

/** Proofs in which the token shows, so that they can be recognised, too. */
export const recognisableProver: RequestProver = {
  prove: ({ method, url, token }) => `${token}|${method}|${new URL(url).href}`,
  nonceOf: () => undefined,
  noteNonce: () => undefined,
};

/** What a request that came has a proof for: method and address, but for the query. `undefined` where it has none. */
export function provedBy(proof: unknown): string | undefined {
  if (proof === undefined) return undefined;
  const [, method, url = ''] = String(proof).split('|');
  return nameOf(String(method), url);
}

/** The same of a request itself, by the path or address in its first line. */
export function nameOf(method: string, target: string, origin = ''): string {
  const { origin: place, pathname } = new URL(target.startsWith('/') ? origin + target : target);
  return `${method} ${place}${pathname}`;
}

/**
 * Gives out tokens that can be recognised wherever they turn up, another one after each rejection, and does whatever `meanwhile`
 * does while they are waited for.
 * @param isBound whether they are bound to a key
 */
export function recognisableTokens(meanwhile: () => void, isBound = false) {
  let isRejected = false;
  const getToken = async () => {
    meanwhile();
    await new Promise(setImmediate);
    meanwhile();
    return isRejected ? 'the-second-token' : 'the-first-token';
  };
  const invalidate = () => {
    isRejected = true;
    meanwhile();
  };
  const prover = isBound ? recognisableProver : undefined;
  return { getToken, invalidate, prover, forClient: () => ({ getToken, peek: () => undefined }) };
}
