import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { RequestDraft } from '../../../lib/oauth/client-authentication/request-draft.js';
import { tlsClient } from '../../../lib/oauth/mutual-tls/tls-client.js';
import { CertificateAuthority, type KeyAndCertificate } from '../../support/certificates.js';
import { thumbprintOf } from '../../support/mtls-server.js';

const draft = new RequestDraft('acme', { tokenEndpoint: 'https://as.example/token' }, 1_000);

describe('TlsAuthenticator', () => {
  let folder: string;
  let [one, other]: KeyAndCertificate[] = [];
  const files = () => ({ certFile: path.join(folder, 'crt'), keyFile: path.join(folder, 'key') });
  const write = ({ cert, key }: KeyAndCertificate) =>
    Promise.all([writeFile(files().certFile, cert), writeFile(files().keyFile, key)]);
  before(async () => {
    const authority = await CertificateAuthority.create();
    [one, other] = await Promise.all([authority.issue(['one']), authority.issue(['other'])]);
    folder = await mkdtemp(path.join(tmpdir(), 'tls-'));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(() => write(one as KeyAndCertificate));

  it('gives the client id as a parameter, and the certificate', async () => {
    const { certificate, ...rest } = await tlsClient(one as KeyAndCertificate).authenticate(draft);
    expect(rest).to.deep.equal({ parameters: { client_id: 'acme' } });
    expect(certificate?.cert.trim()).to.equal(one?.cert.trim());
  });

  it('has something new where the files hold another certificate than the refused one', async () => {
    const method = tlsClient(files());
    const refused = await method.authenticate(draft);
    expect(await method.renew?.(draft, refused)).to.equal(false);
    await write(other as KeyAndCertificate);
    expect(await method.renew?.(draft, refused)).to.equal(true);
    expect(await method.renew?.(draft, await method.authenticate(draft))).to.equal(false);
    await writeFile(files().keyFile, '');
    expect(await method.renew?.(draft, refused)).to.equal(false);
  });

  it('has nothing new where the certificate was given', async () => {
    const method = tlsClient(one as KeyAndCertificate);
    expect(await method.renew?.(draft, await method.authenticate(draft))).to.equal(false);
  });

  it('binds tokens to the certificate of the moment, while its name stays', async () => {
    const method = tlsClient(files());
    const { id } = method;
    expect(await method.binding?.()).to.equal(thumbprintOf(`${one?.cert}`));
    await write(other as KeyAndCertificate);
    expect([await method.binding?.(), method.id]).to.deep.equal([thumbprintOf(`${other?.cert}`), id]);
    expect(await tlsClient(other as KeyAndCertificate).binding?.()).to.equal(thumbprintOf(`${other?.cert}`));
  });

  it('names the key alone where there is no passphrase', async () => {
    const method = tlsClient(one as KeyAndCertificate);
    expect(method.secrets()).to.have.length(1);
    expect(method.secrets()[0]).to.contain('PRIVATE KEY');
  });

  it('names key and passphrase as what must not show, and shows neither', async () => {
    const key = createPrivateKey(`${one?.key}`)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open-sesame' })
      .toString();
    await writeFile(files().keyFile, key);
    const passphrase = 'open-sesame';
    for (const method of [
      tlsClient({ ...files(), passphrase }),
      tlsClient({ cert: `${one?.cert}`, key, passphrase }),
    ]) {
      const secrets = method.secrets();
      expect(secrets[0]).to.equal(passphrase);
      expect(secrets[1]).to.contain('PRIVATE KEY');
      const seen = inspect(method, { depth: null, showHidden: true }) + JSON.stringify(method);
      for (const secret of [passphrase, 'PRIVATE KEY', secrets[1]?.split('\n')[1]])
        expect(seen).to.not.contain(secret);
    }
  });
});
