import { createSecretKey } from 'node:crypto';
import { expect } from 'chai';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { signingInput, withSignature } from '../../../lib/oauth/jwt/signed-jwt.js';

describe('signingInput and withSignature', () => {
  it('write what jose writes', async () => {
    const header = { alg: 'HS256', typ: 'JWT', kid: 'ü' };
    const claims = { sub: 'ä€😀', n: 1, list: ['a'] };
    const whole = await new SignJWT(claims)
      .setProtectedHeader(header)
      .sign(createSecretKey(Buffer.alloc(32)));
    const input = signingInput(header, claims);
    expect(whole.startsWith(`${input}.`)).to.equal(true);
    expect(decodeProtectedHeader(`${input}.`)).to.deep.equal(header);
    expect(decodeJwt(`${input}.AA`)).to.deep.equal(claims);
    expect(withSignature(input, Buffer.from(whole.split('.')[2] ?? '', 'base64url'))).to.equal(whole);
  });
});
