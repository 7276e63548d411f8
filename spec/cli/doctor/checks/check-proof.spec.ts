import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { checkProof } from '../../../../lib/cli/doctor/checks/check-proof.js';
import { collectSettings } from '../../../../lib/cli/settings/given-settings.js';
import { clientAssertion, tlsClient } from '../../../../lib/client-auth.js';
import { TokenRequestError } from '../../../../lib/index.js';
import { CertificateAuthority, type KeyAndCertificate } from '../../../support/certificates.js';
import { jwt } from '../../../support/jwt.js';
import { rejection } from '../../../support/rejection.js';

const DAY_MS = 86_400_000;

describe('the check of what proves the client', () => {
  let folder: string;
  let authority: CertificateAuthority;
  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-proof-'));
    authority = await CertificateAuthority.create();
  });
  after(() => rmSync(folder, { recursive: true }));

  let count = 0;
  const file = (text: string): string => {
    count += 1;
    const name = path.join(folder, `${count}`);
    writeFileSync(name, text);
    return name;
  };
  const check = (authentication: unknown, tokenEndpoint = 'https://as.example/token') => {
    const given = collectSettings({ 'token-endpoint': tokenEndpoint, 'cert-file': 'c' }, {});
    return checkProof({
      options: { clientId: 'demo', authentication: authentication as never },
      given,
      address: tokenEndpoint,
    });
  };
  const byFiles = ({ cert, key }: KeyAndCertificate) =>
    tlsClient({ certFile: file(cert), keyFile: file(key) });

  it('has nothing to say of a secret, of an assertion, and of a certificate that lives', async () => {
    expect(await check('basic')).to.equal(undefined);
    expect(await check(clientAssertion({ file: file(jwt({})) }))).to.equal(undefined);
    expect(await check(byFiles(await authority.issue(['a'], 8 * DAY_MS)))).to.equal(undefined);
  });

  it('says by which date a certificate ended, or ends soon', async () => {
    const ended = await check(byFiles(await authority.issue(['a'], -60_000)));
    expect(ended).to.include({ isOver: true });
    expect(ended?.seen).to.match(/^The client certificate in --cert-file ended 1 min.* ago, on \d{4}-/);
    const ends = await check(byFiles(await authority.issue(['a'], DAY_MS)));
    expect(ends).to.include({ isOver: false });
    expect(ends?.meaning).to.match(/ends in (1 d|23 h)/);
  });

  it('throws where it cannot be made: of two pairs, over plain http, of rubbish', async () => {
    const [one, other] = [await authority.issue(['a']), await authority.issue(['b'])];
    const wrong: readonly [() => Promise<unknown>, string][] = [
      [() => check(byFiles({ cert: one.cert, key: other.key })), 'does not belong to the certificate'],
      [() => check(byFiles(one), 'http://127.0.0.1:1/token'), 'no certificate can be presented'],
      [() => check(clientAssertion({ file: file('rubbish') })), 'in place of a signed JWT'],
    ];
    for (const [checked, words] of wrong) {
      const error = await rejection(checked());
      expect(error).to.be.instanceOf(TokenRequestError);
      expect(error.message).to.contain(words);
    }
  });
});
