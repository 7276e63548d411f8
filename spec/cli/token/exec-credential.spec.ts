import { expect } from 'chai';
import { execCredential, readApiVersion } from '../../../lib/cli/token/exec-credential.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { thrown } from '../../support/rejection.js';

const info = (apiVersion: unknown) =>
  JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });

describe('the credential for kubectl', () => {
  for (const version of ['v1', 'v1beta1']) {
    it(`speaks ${version} where it is asked for`, () => {
      const apiVersion = `client.authentication.k8s.io/${version}`;
      expect(readApiVersion({ KUBERNETES_EXEC_INFO: info(apiVersion) })).to.equal(apiVersion);
    });
  }

  it('speaks v1 to whoever does not say what it speaks', () => {
    expect(readApiVersion({})).to.equal('client.authentication.k8s.io/v1');
  });

  for (const other of [info('client.authentication.k8s.io/v1alpha1'), info(undefined), 'no JSON', 'null']) {
    it(`refuses to speak anything else, and says what to write: ${other}`, () => {
      const { message } = thrown(() => readApiVersion({ KUBERNETES_EXEC_INFO: other }));
      expect(message).to.contain('apiVersion: client.authentication.k8s.io/v1 ');
    });
  }

  it('holds the token, until it is due', () => {
    const times = { issuedAt: 0, dueAt: Date.UTC(2030, 0, 1), expiresAt: Date.UTC(2030, 0, 2) };
    const token = new AccessToken('abc', { tokenType: 'Bearer', scope: undefined, ...times });
    expect(JSON.parse(execCredential(token, 'client.authentication.k8s.io/v1'))).to.deep.equal({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'abc', expirationTimestamp: '2030-01-01T00:00:00.000Z' },
    });
  });
});
