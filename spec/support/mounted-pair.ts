import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KeyAndCertificate } from './certificates.js';

/** A certificate and its key in files, as Kubernetes mounts them: `tls.crt` → `..data/tls.crt`, and `..data` → a folder. */
export class MountedPair {
  #count = 0;

  private constructor(readonly folder: string) {}

  static async mount(pair: KeyAndCertificate): Promise<MountedPair> {
    const mounted = new MountedPair(await mkdtemp(path.join(tmpdir(), 'certificate-')));
    await mounted.swap(pair);
    for (const name of ['tls.crt', 'tls.key'])
      await symlink(`..data/${name}`, path.join(mounted.folder, name));
    return mounted;
  }

  /** For `tlsClient()`. */
  get files() {
    return { certFile: path.join(this.folder, 'tls.crt'), keyFile: path.join(this.folder, 'tls.key') };
  }

  /** Both at once. */
  async swap({ cert, key }: KeyAndCertificate): Promise<void> {
    this.#count += 1;
    const version = path.join(this.folder, `..v${this.#count}`);
    await mkdir(version);
    await writeFile(path.join(version, 'tls.crt'), cert);
    await writeFile(path.join(version, 'tls.key'), key);
    const next = path.join(this.folder, '..next');
    await symlink(version, next);
    await rename(next, path.join(this.folder, '..data'));
  }

  /** One after the other, with something between. */
  async overwrite({ cert, key }: KeyAndCertificate, between: () => Promise<unknown>): Promise<void> {
    await writeFile(this.files.certFile, cert);
    await between();
    await writeFile(this.files.keyFile, key.slice(0, 90));
    await between();
    await writeFile(this.files.keyFile, key);
  }

  unmount(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
