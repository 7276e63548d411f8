import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { readSignature } from '../../../lib/oauth/assertions/signature.js';

const bytes = (length: number) => new Uint8Array(length).fill(7);

describe('readSignature', () => {
  for (const [alg, length] of [
    ['ES256', 64],
    ['ES384', 96],
    ['ES512', 132],
    ['EdDSA', 64],
    ['Ed25519', 64],
  ] as const) {
    it(`takes the ${length} bytes of ${alg}, and no others`, () => {
      expect(readSignature(bytes(length), alg)).to.deep.equal({ bytes: bytes(length) });
      for (const other of [0, 1, length - 1, length + 1])
        expect(readSignature(bytes(other), alg)).to.deep.equal({
          problem: `gave ${other} bytes, where a signature by ${alg} has ${length}.`,
        });
    });
  }

  it('takes 256 to 2,048 bytes of RSA', () => {
    for (const length of [256, 384, 2_048])
      expect(readSignature(bytes(length), 'PS256')).to.deep.equal({ bytes: bytes(length) });
    for (const length of [0, 64, 255, 2_049])
      expect(readSignature(bytes(length), 'RS256'))
        .to.have.property('problem')
        .that.equals(`gave ${length} bytes, where a signature by RS256 has 256 or more.`);
  });

  it('takes a buffer of any kind', () => {
    const { buffer } = bytes(64);
    for (const given of [bytes(64), Buffer.from(bytes(64)), buffer])
      expect(readSignature(given, 'ES256')).to.have.property('bytes').that.has.length(64);
  });

  for (const odd of [undefined, null, 's3cret', 5, [1, 2], {}, new Uint16Array(32)]) {
    it(`says that ${JSON.stringify(odd)} is no bytes`, () => {
      expect(readSignature(odd, 'ES256'))
        .to.have.property('problem')
        .that.matches(/^gave no bytes, but /);
      expect(JSON.stringify(readSignature(odd, 'ES256'))).to.not.contain('s3cret');
    });
  }

  for (const [alg, namedCurve] of [
    ['ES256', 'P-256'],
    ['ES384', 'P-384'],
    ['ES512', 'P-521'],
  ] as const) {
    it(`turns the DER of key services into what ${alg} wants, whatever its numbers are`, () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
      const hash = `sha${alg.slice(2)}`;
      fc.assert(
        fc.property(fc.uint8Array(), (data) => {
          const read = readSignature(sign(hash, data, privateKey), alg) as { bytes: Uint8Array };
          const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
          expect(verify(hash, data, key, read.bytes)).to.equal(true);
        }),
        // Numbers that are shorter by a byte come once in 128 signatures.
        { numRuns: 600 },
      );
    });
  }

  it('takes small numbers in DER, and no DER that is cut, too long, or has something at its end', () => {
    const whole = Uint8Array.of(0x30, 6, 2, 1, 5, 2, 1, 9);
    const read = readSignature(whole, 'ES256') as { bytes: Uint8Array };
    expect([read.bytes.length, read.bytes[31], read.bytes[63]]).to.deep.equal([64, 5, 9]);
    const zero = readSignature(Uint8Array.of(0x30, 6, 2, 1, 0, 2, 1, 9), 'ES256') as { bytes: Uint8Array };
    expect([zero.bytes[31], zero.bytes[63]]).to.deep.equal([0, 9]);
    const long = [2, 34, 1, ...bytes(33)];
    for (const odd of [
      whole.subarray(0, 7),
      Uint8Array.of(...whole, 0),
      Uint8Array.of(0x30, 7, ...whole.subarray(2), 0),
      Uint8Array.of(0x30, 5, 2, 1, 5, 2, 1, 9),
      Uint8Array.of(0x31, 6, 2, 1, 5, 2, 1, 9),
      Uint8Array.of(0x30, 6, 3, 1, 5, 2, 1, 9),
      Uint8Array.of(0x30, 6, 2, 1, 5, 3, 1, 9),
      Uint8Array.of(0x30, 6, 2, 9, 5, 2, 1, 9),
      Uint8Array.of(0x30, long.length + 3, ...long, 2, 1, 9),
      Uint8Array.of(0x30, long.length + 3, 2, 1, 9, ...long),
    ])
      expect(readSignature(odd, 'ES256')).to.have.property('problem');
    expect(readSignature(whole, 'EdDSA')).to.have.property('problem');
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 150 }), (given) => {
        const read = readSignature(Uint8Array.of(0x30, given.length, ...given), 'ES256');
        if ('bytes' in read) expect(read.bytes).to.have.length(64);
      }),
    );
  });
});
