import { createHash } from 'node:crypto';
import type { InternalAxiosRequestConfig } from 'axios';
import sinon from 'sinon';
import { privateKeyJwt } from '../../../lib/client-auth.js';
import { type FileText, TextFile } from '../../../lib/ground/files/text-file.js';
import type { TokenProviderOptions } from '../../../lib/index.js';
import { SigningKey } from '../signing-key.js';

/** How the client of the model proves itself: by its secret, with DPoP beside it, by a signer elsewhere, or by a key in a file. */
export type ProofKind = 'secret' | 'dpop' | 'signer' | 'file';

export const PROOF_KINDS: readonly ProofKind[] = ['secret', 'dpop', 'signer', 'file'];

/** Gives the secret that stands for the key of the moment, or misbehaves. */
export type Supply = () => unknown;

/** The options of a client of that kind. Files are stood in for, since reading real ones takes real time. */
export function clientOf(kind: ProofKind, first: string, supply: Supply): Partial<TokenProviderOptions> {
  if (kind === 'signer')
    return { authentication: privateKeyJwt({ key: { alg: 'ES256', sign: signerOf(supply) } }) };
  if (kind === 'file') return { authentication: keyInFile(first, supply) };
  const bySecret = { authentication: 'post', clientSecret: () => supply() as string } as const;
  return kind === 'dpop' ? { ...bySecret, dpop: true } : bySecret;
}

/** A signature that only somebody with the secret can make, in the length of one of ES256. */
function signerOf(supply: Supply) {
  return async (data: Uint8Array) => {
    const secret = await supply();
    return (
      typeof secret === 'string' ? signatureBy(secret, Buffer.from(data).toString()) : secret
    ) as Uint8Array;
  };
}

function signatureBy(secret: string, input: string): Buffer {
  return createHash('sha512').update(`${secret} ${input}`).digest();
}

function keyInFile(first: string, supply: Supply) {
  const read = async (): Promise<FileText> => {
    try {
      const secret = await supply();
      return { text: typeof secret === 'string' ? keyTextOf(secret) : keyTextOf(first).slice(0, 60) };
    } catch {
      return { problem: 'cannot be read (EIO)' };
    }
  };
  const file = { path: '/in/the/model', digest: 'model', read, readNow: () => ({ text: keyTextOf(first) }) };
  const find = sinon.stub(TextFile, 'find').returns(file as unknown as TextFile);
  try {
    return privateKeyJwt({ key: { file: file.path } });
  } finally {
    find.restore();
  }
}

const jwks = new Map<string, object>();

/** The key that a secret stands for. Its name says which, and shows nothing of the secret. */
function keyTextOf(secret: string): string {
  const known = jwks.get(secret);
  const jwk = known ?? new SigningKey(undefined).privateJwk;
  jwks.set(secret, jwk);
  return JSON.stringify({ ...jwk, kid: kidOf(secret) });
}

function kidOf(secret: string): string {
  return `k${createHash('sha256').update(secret).digest('base64url').slice(0, 8)}`;
}

/** What came with a request, for who judges it. */
export class GivenProof {
  readonly #config: InternalAxiosRequestConfig;

  constructor(config: InternalAxiosRequestConfig) {
    this.#config = config;
  }

  /** The names of all that is good for one request alone. */
  get used(): string[] {
    const texts = [this.#assertion, this.#dpop].filter((text) => text !== '');
    return texts.map((text) => String(partsOf(text).claims.jti));
  }

  get nonce(): unknown {
    return this.#dpop === '' ? undefined : partsOf(this.#dpop).claims.nonce;
  }

  isBy(secret: string): boolean {
    if (this.#assertion === '') return String(this.#config.data).includes(`client_secret=${secret}`);
    const { input, signature, header } = partsOf(this.#assertion);
    return header.kid === undefined
      ? signatureBy(secret, input).equals(signature)
      : header.kid === kidOf(secret);
  }

  get #assertion(): string {
    return new URLSearchParams(String(this.#config.data)).get('client_assertion') ?? '';
  }

  get #dpop(): string {
    return String(this.#config.headers.get('DPoP') ?? '');
  }
}

function partsOf(jwt: string) {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  return {
    header: read(header),
    claims: read(claims),
    input: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}
