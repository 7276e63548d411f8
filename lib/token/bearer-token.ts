/** RFC 6749 Appendix A.12, without the blank: what a header can carry. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** What servers call a bearer token; `BearerToken` is Apigee's word. */
const BEARER_TYPES: readonly string[] = ['bearer', 'bearertoken'];

/** Whether a header can carry it. Wider than the b64token of RFC 6750 §2.1, since several large servers are. */
export function isBearerValue(value: string): boolean {
  return VISIBLE_ASCII.test(value);
}

/** Whether tokens of this type are bound to a key (RFC 9449 §5). */
export function isDpopType(tokenType: string): boolean {
  return tokenType.trim().toLowerCase() === 'dpop';
}

/** Whether tokens of this type are sent as `Bearer`; `others` are further names, in lower case. */
export function isBearerType(tokenType: string, others: readonly string[]): boolean {
  const name = tokenType.trim().toLowerCase();
  return BEARER_TYPES.includes(name) || others.includes(name);
}
