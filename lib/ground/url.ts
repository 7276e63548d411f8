/**
 * The URL that this text is, or `undefined`. Not `URL.canParse`: once optimised, that of Node.js 20 refuses addresses with
 * Latin-1 letters.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** 127.0.0.0/8, also as an address of IPv6. */
const LOOPBACK_V4 = /^(127(\.\d+){3}|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/;

/** Whether the host is this machine. Names under `localhost` may be resolved elsewhere (RFC 6761 §6.3 binds nobody). */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || LOOPBACK_V4.test(hostname);
}

/** The address as others may read it: without its query, which may hold what they should not see. */
export function publicAddressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
