/**
 * Whether a redirect turns the request into a GET without a body (RFC 9110 §15.4): after 303 any but HEAD, and after 301 and 302, for
 * historical reasons, a POST.
 * @param method in capitals
 */
export function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}
