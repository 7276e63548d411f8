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

/**
 * Gives out tokens that can be recognised wherever they turn up, another one after each rejection, and does whatever `meanwhile`
 * does while they are waited for.
 */
export function recognisableTokens(meanwhile: () => void) {
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
  return { getToken, invalidate, forClient: () => ({ getToken, peek: () => undefined }) };
}
