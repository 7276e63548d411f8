/** RFC 6750 §2.1: what can stand behind `Bearer` in a header. */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether a header can carry it. */
export function isBearerValue(value: string): boolean {
  return B64TOKEN.test(value);
}

export function isBearerType(tokenType: string): boolean {
  return tokenType.toLowerCase() === 'bearer';
}
