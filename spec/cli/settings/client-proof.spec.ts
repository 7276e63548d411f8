import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { clientProof } from '../../../lib/cli/settings/client-proof.js';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';
import { type ClientAuthenticator, ConfigurationError } from '../../../lib/index.js';
import { CertificateAuthority } from '../../support/certificates.js';
import { rejection } from '../../support/rejection.js';

describe('clientProof', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-proof-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const make = (env: NodeJS.ProcessEnv, secret?: string) => clientProof(collectSettings({}, env), secret);

  it('is a secret, and the method where one is given', async () => {
    expect(await make({}, 'a')).to.deep.equal({ clientSecret: 'a' });
    expect(await make({ ONELOGIN_AUTHENTICATION: 'post' }, 'a')).to.deep.equal({
      clientSecret: 'a',
      authentication: 'post',
    });
  });

  it('is an authenticator for the methods of keys, files and certificates, without a secret beside it', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { key, cert } = await (await CertificateAuthority.create()).issue(['client.example']);
    const keyFile = write('key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
    const methods: readonly [method: string, env: NodeJS.ProcessEnv, id: RegExp][] = [
      ['private_key_jwt', { M2M_KEY_FILE: keyFile, M2M_KEY_ID: 'k1' }, /^private_key_jwt/],
      ['client_secret_jwt', {}, /^client_secret_jwt/],
      ['client_assertion', { M2M_ASSERTION_FILE: write('jwt', 'a.b.c') }, /^client_assertion/],
      [
        'tls_client_auth',
        { M2M_CERT_FILE: write('crt', cert), M2M_KEY_FILE: write('key', key) },
        /^tls_client_auth/,
      ],
    ];
    for (const [method, env, id] of methods) {
      const proof = await make({ ...env, M2M_AUTHENTICATION: method }, 'a-secret-of-32-characters-or-more');
      expect(Object.keys(proof)).to.deep.equal(['authentication']);
      expect((proof.authentication as ClientAuthenticator).id).to.match(id);
    }
  });

  it('names the key that it signs by', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const env = {
      M2M_AUTHENTICATION: 'private_key_jwt',
      M2M_KEY_FILE: write('ed.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
      M2M_KEY_ID: 'key-7',
    };
    const { authentication } = await make(env);
    const { parameters } = await (authentication as ClientAuthenticator).authenticate({
      clientId: 'demo',
      tokenEndpoint: 'https://as.example/token',
      timeoutMs: 1_000,
      signal: new AbortController().signal,
    });
    const [header = ''] = parameters?.client_assertion?.split('.') ?? [];
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).to.include({ kid: 'key-7' });
  });

  it('tells what is wrong with a file', async () => {
    const error = await rejection(
      make({ M2M_AUTHENTICATION: 'private_key_jwt', M2M_KEY_FILE: `${folder}/nothing` }),
    );
    expect(error).to.be.instanceOf(ConfigurationError);
  });

  it('names the option or variable by which a file was given', async () => {
    const nothing = `${folder}/nothing`;
    for (const [method, env] of [
      ['private_key_jwt', { M2M_KEY_FILE: nothing }],
      ['client_assertion', { M2M_ASSERTION_FILE: nothing }],
      ['tls_client_auth', { ONELOGIN_CERT_FILE: nothing, M2M_KEY_FILE: write('a', 'a') }],
    ] as const) {
      const { message } = await rejection(make({ ...env, M2M_AUTHENTICATION: method }));
      expect(message).to.match(new RegExp(`^${Object.keys(env)[0]}: names no file`));
    }
    const { message } = await rejection(
      clientProof(collectSettings({ 'key-file': nothing, authentication: 'private_key_jwt' }, {}), undefined),
    );
    expect(message).to.match(/^--key-file: /);
  });

  it('tells how to decrypt a key that wants a passphrase', async () => {
    const { key, cert } = await (await CertificateAuthority.create()).issue(['client.example']);
    const encrypted = createPrivateKey(key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'tops3cret',
    });
    const env = { M2M_KEY_FILE: write('encrypted', String(encrypted)), M2M_CERT_FILE: write('crt2', cert) };
    for (const method of ['private_key_jwt', 'tls_client_auth']) {
      const { message } = await rejection(make({ ...env, M2M_AUTHENTICATION: method }));
      expect(message, method).to.match(/^M2M_KEY_FILE: the key is encrypted.*openssl pkey -in/);
    }
  });
});
