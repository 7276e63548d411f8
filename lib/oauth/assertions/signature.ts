import { isAnyArrayBuffer, isUint8Array } from 'node:util/types';
import { kindOf } from '../../ground/value-kind.js';
import type { SigningAlgorithmName } from '../jwt/signing-algorithms.js';

/** The bytes of a signature, or why what was given is none. */
export type Signature = { readonly bytes: Uint8Array } | { readonly problem: string };

/** Where the algorithm alone tells the length (RFC 7518 §3.4, RFC 8032 §5.1.6). */
const LENGTHS: Partial<Record<SigningAlgorithmName, number>> = {
  ES256: 64,
  ES384: 96,
  ES512: 132,
  EdDSA: 64,
  Ed25519: 64,
};

/** Of RSA keys of 2 048 to 16 384 bits. */
const RSA_BYTES = { min: 256, max: 2_048 };

/**
 * Looks at what a signer of the user's own has given. Whether it belongs to the data only the server can tell, which knows the key.
 */
export function readSignature(given: unknown, alg: SigningAlgorithmName): Signature {
  const bytes = bytesOf(given);
  if (!bytes) return { problem: `gave no bytes, but ${kindOf(given)}.` };
  const length = LENGTHS[alg];
  if (length === undefined) return checkRsa(bytes, alg);
  if (bytes.length === length) return { bytes };
  const converted = alg.startsWith('ES') ? fromDer(bytes, length / 2) : undefined;
  if (converted) return { bytes: converted };
  return { problem: `gave ${bytes.length} bytes, where a signature by ${alg} has ${length}.` };
}

function bytesOf(given: unknown): Uint8Array | undefined {
  if (isUint8Array(given)) return given;
  return isAnyArrayBuffer(given) ? new Uint8Array(given) : undefined;
}

function checkRsa(bytes: Uint8Array, alg: string): Signature {
  const { min, max } = RSA_BYTES;
  if (bytes.length >= min && bytes.length <= max) return { bytes };
  return { problem: `gave ${bytes.length} bytes, where a signature by ${alg} has ${min} or more.` };
}

/** Both numbers of an ECDSA signature, out of the DER form that key services give (RFC 3279 §2.2.3). */
function fromDer(der: Uint8Array, size: number): Uint8Array | undefined {
  const isLong = der[1] === 0x81;
  const start = isLong ? 3 : 2;
  if (der[0] !== 0x30 || der[start - 1] !== der.length - start) return undefined;
  const first = readNumber(der, start);
  const second = first && readNumber(der, first.end);
  if (!first || !second || second.end !== der.length) return undefined;
  if (first.digits.length > size || second.digits.length > size) return undefined;
  const bytes = new Uint8Array(2 * size);
  bytes.set(first.digits, size - first.digits.length);
  bytes.set(second.digits, 2 * size - second.digits.length);
  return bytes;
}

/** Without the zeros that DER puts in front of a number. */
function readNumber(der: Uint8Array, start: number) {
  const end = start + 2 + (der[start + 1] ?? 0);
  if (der[start] !== 0x02 || end > der.length) return undefined;
  const digits = der.subarray(start + 2, end);
  // Of a number that is 0, the last zero is left.
  return { digits: digits.subarray(digits.findIndex((digit) => digit !== 0)), end };
}
