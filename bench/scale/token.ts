/** The length of a usual JWT. */
export const TOKEN_LENGTH = 800;
/** What the string takes in V8: its header, and its letters. */
export const TOKEN_BYTES = 16 + TOKEN_LENGTH;
export const TOKEN_LIFETIME_S = 600;

const HEADER = base64url({ alg: 'RS256', typ: 'at+jwt', kid: '2026-01' });
let made = 0;

/** The body of a successful answer. The token is a JWT, since its times are read. */
export function makeAnswer(lifetimeS: number): string {
  made += 1;
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { iss: 'https://auth.example.com', iat, exp: iat + lifetimeS, jti: `${made}` };
  const token = `${HEADER}.${base64url(claims)}.`.padEnd(TOKEN_LENGTH, 'c2lnbmF0dXJl');
  return JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: lifetimeS });
}

function base64url(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
