/** The part of a JWT that is signed: header and claims (RFC 7515 §7.1). */
export function signingInput(header: object, claims: object): string {
  return `${encode(header)}.${encode(claims)}`;
}

/** The JWT: what was signed, and the signature. */
export function withSignature(input: string, signature: Uint8Array): string {
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
