import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CertificateAuthority } from '../certificates.js';

const CONFIGURATION = `
[ca]
default_ca = own
[own]
database = index.txt
crlnumber = number
default_md = sha256
default_crl_days = 1
`;

/** A list of revoked certificates, as PEM, which the authority has signed by means of openssl. */
export function revocationList({ pair }: CertificateAuthority, revoked: readonly string[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'm2m-crl-'));
  const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', ['ca', '-config', 'conf', '-keyfile', 'key', '-cert', 'cert', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  try {
    write('conf', CONFIGURATION);
    write('index.txt', '');
    write('number', '01\n');
    write('key', pair.key);
    write('cert', pair.cert);
    for (const [place, certificate] of revoked.entries()) {
      write(`revoked${place}`, certificate);
      openssl('-revoke', `revoked${place}`);
    }
    openssl('-gencrl', '-out', 'crl');
    return readFileSync(path.join(folder, 'crl'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
