import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { ClientAuthenticator, ClientProof, TokenRequestDraft } from '../../lib/client-auth.js';

/** What an authenticator is told of a request. */
export function draftOf(members: Partial<TokenRequestDraft> = {}): TokenRequestDraft {
  const { signal } = new AbortController();
  return {
    clientId: 'acme',
    tokenEndpoint: 'https://as.example/token',
    timeoutMs: 1_000,
    signal,
    ...members,
  };
}

/** The assertion that stands in a proof. */
export function assertionIn({ parameters }: ClientProof): string {
  return parameters?.client_assertion ?? '';
}

/** The assertion for one request. */
export async function assertionOf(by: ClientAuthenticator, draft = draftOf()): Promise<string> {
  return assertionIn(await by.authenticate(draft));
}

/** Header and claims of an assertion, unverified. */
export async function partsOf(by: ClientAuthenticator, draft = draftOf()) {
  const assertion = await assertionOf(by, draft);
  return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
}

/** A private key of P-256 as PEM, made at once. */
export function makePem(): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

/** Text with the shape of a signed JWT that says which one it is. */
export function jwtNamed(name: string): string {
  return ['{"alg":"ES256"}', `{"jti":"${name}"}`, `signature of ${name}`]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

/** A folder with one file, which is replaced as Kubernetes does it: `name` → `..data/name`, and `..data` → a new folder each time. */
export class MountedVolume {
  #count = 0;

  private constructor(
    readonly folder: string,
    readonly file: string,
  ) {}

  static async mount(text: string): Promise<MountedVolume> {
    const folder = await mkdtemp(path.join(tmpdir(), 'volume-'));
    const volume = new MountedVolume(folder, path.join(folder, 'it'));
    await volume.swap(text);
    await symlink('..data/it', volume.file);
    return volume;
  }

  async swap(text: string): Promise<void> {
    const version = `..version_${++this.#count}`;
    await mkdir(path.join(this.folder, version));
    await writeFile(path.join(this.folder, version, 'it'), text);
    await symlink(version, path.join(this.folder, '..data_tmp'));
    await rename(path.join(this.folder, '..data_tmp'), path.join(this.folder, '..data'));
    if (this.#count > 1)
      await rm(path.join(this.folder, `..version_${this.#count - 1}`), { recursive: true });
  }

  /** Writes over the file as it stands, so that a reader may meet any part of it. */
  async overwrite(text: string): Promise<void> {
    await writeFile(this.file, text);
  }

  async unmount(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
