import {
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makePem } from './assertions.js';
import type { MtlsServer } from './mtls-server.js';

/** The files that pages name: the private key of the client, an assertion of somebody else, a certificate and its key. */
const KEY_FILE = '/etc/keys/client.pem';
const ASSERTION_FILE = '/var/run/secrets/token-server/token';
const TLS_FILES = '/etc/tls/tls';
/** The client that pages call so, where it proves itself by something else than a secret. */
const CLIENT_ID = 'key-service';

/** What samples find on this machine in the place of what they name. */
export class PageCredentials {
  readonly client: { readonly clientId: string; readonly publicKeys: readonly JsonWebKey[] };
  readonly #key: KeyObject;

  private constructor(
    readonly folder: string,
    pem: string,
  ) {
    this.#key = createPrivateKey(pem);
    const jwk = { ...createPublicKey(this.#key).export({ format: 'jwk' }), kid: 'client-1' };
    this.client = { clientId: CLIENT_ID, publicKeys: [jwk] };
  }

  /** What `mtls` trusts is the certificate. */
  static async make(mtls?: MtlsServer): Promise<PageCredentials> {
    const pem = makePem();
    const made = new PageCredentials(await mkdtemp(path.join(tmpdir(), 'page-')), pem);
    await writeFile(path.join(made.folder, 'key'), pem);
    if (mtls) {
      const { cert, key } = await mtls.issue();
      const texts = { 'tls.crt': cert, 'tls.key': key, ca: mtls.authority.pem };
      for (const [name, text] of Object.entries(texts)) await writeFile(path.join(made.folder, name), text);
    }
    return made;
  }

  get caFile(): string {
    return path.join(this.folder, 'ca');
  }

  /** The code, with the places of the files here. The assertion is one that `issuer` takes for the client. */
  async insert(code: string, issuer: string): Promise<string> {
    await writeFile(path.join(this.folder, 'token'), this.#assertionFor(issuer));
    return code
      .replaceAll(KEY_FILE, path.join(this.folder, 'key'))
      .replaceAll(TLS_FILES, path.join(this.folder, 'tls'))
      .replaceAll(ASSERTION_FILE, path.join(this.folder, 'token'));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  #assertionFor(issuer: string): string {
    const exp = Math.floor(Date.now() / 1_000) + 600;
    const claims = { iss: CLIENT_ID, sub: CLIENT_ID, aud: issuer, exp, jti: randomUUID() };
    const input = [{ alg: 'ES256', kid: 'client-1' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const key = { key: this.#key, dsaEncoding: 'ieee-p1363' } as const;
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}\n`;
  }
}
