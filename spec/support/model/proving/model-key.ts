import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** As JWS has them (RFC 7518 §3.4). */
const FORM = { dsaEncoding: 'ieee-p1363' } as const;

/** A key of P-256 with a name. */
export class ModelKey {
  /** As it lies in a file. */
  readonly text: string;
  readonly #publicKey: KeyObject;
  readonly #privateKey: KeyObject;

  constructor(readonly kid: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#publicKey = publicKey;
    this.#privateKey = privateKey;
    this.text = JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid });
  }

  /** Its public half. */
  get jwk(): object {
    return this.#publicKey.export({ format: 'jwk' });
  }

  /** As an option takes it. */
  get privateKey(): KeyObject {
    return this.#privateKey;
  }

  sign(data: Uint8Array): Uint8Array {
    return sign('sha256', data, { key: this.#privateKey, ...FORM });
  }

  hasSigned({ input, signature }: ModelJwt): boolean {
    return verify('sha256', Buffer.from(input), { key: this.#publicKey, ...FORM }, signature);
  }
}

/** A JWT, taken apart in words of its own. */
export interface ModelJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly input: string;
  readonly signature: Uint8Array;
}

export function readJwt(text: string): ModelJwt {
  const [header = '', claims = '', signature = ''] = text.split('.');
  const part = (encoded: string) => JSON.parse(Buffer.from(encoded, 'base64url').toString());
  return {
    header: part(header),
    claims: part(claims),
    input: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}
