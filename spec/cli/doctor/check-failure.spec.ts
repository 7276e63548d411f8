import { expect } from 'chai';
import { checkFailure } from '../../../lib/cli/doctor/check-failure.js';
import { CHECKS, type CheckName } from '../../../lib/cli/doctor/check-result.js';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';

const TABLE: readonly [message: string, seen: string, mend: string][] = [
  ['It failed.', 'It failed.', ''],
  ['It failed. Do this. Do that.', 'It failed.', 'Do this. Do that.'],
  ['https://a.example/b answered 401 x. Do this.', 'https://a.example/b answered 401 x.', 'Do this.'],
  ['It said no ("Sorry. Not now. "). Do this.', 'It said no ("Sorry. Not now. ").', 'Do this.'],
  [
    'It said no ("Sorry. Not now"). Do (this. And) that.',
    'It said no ("Sorry. Not now").',
    'Do (this. And) that.',
  ],
  [
    'The proxy 127.0.0.1:1 (HTTPS_PROXY) failed. Do this.',
    'The proxy 127.0.0.1:1 (HTTPS_PROXY) failed.',
    'Do this.',
  ],
];

describe('checkFailure', () => {
  for (const [message, seen, mend] of TABLE) {
    it(`takes what was seen, and the mend, from: ${message}`, () => {
      expect(checkFailure('client', message)).to.deep.include({
        check: 'client',
        status: 'fail',
        seen,
        mend,
      });
    });
  }

  it('says for each check what it means', () => {
    for (const check of CHECKS) expect(checkFailure(check, 'No.').meaning).to.match(/^[A-Z].*\.$/);
  });

  it('adds how the settings are given that it has to do with, and advice', () => {
    const given = collectSettings({ scope: 'x' }, { ONELOGIN_SUBDOMAIN: 'acme' });
    expect(checkFailure('endpoint', 'No. Look up its address.', { given }).mend).to.equal(
      'Look up its address. Here, subdomain is ONELOGIN_SUBDOMAIN.',
    );
    expect(checkFailure('scope', 'No. Ask.', { given, advice: 'Or not.' }).mend).to.equal(
      'Ask. Here, scope is --scope. Or not.',
    );
    expect(checkFailure('clock', 'No.', { given }).mend).to.equal('');
  });

  it('names no setting that the mend does not speak of, and none twice', () => {
    const given = collectSettings({ 'token-endpoint': 'https://a.example', 'key-file': 'k' }, {});
    const mend = (check: CheckName, message: string) => checkFailure(check, message, { given }).mend;
    expect(mend('TLS', 'It has expired. Whoever runs the server must renew it.')).to.equal(
      'Whoever runs the server must renew it.',
    );
    expect(mend('endpoint', 'https://a.example answered 503.')).to.equal('');
    const port = 'Is the port in tokenEndpoint (or issuer, or jwksUri) right?';
    expect(mend('TCP', `Nothing. ${port}`)).to.equal('Is the port in --token-endpoint right?');
    expect(mend('endpoint', 'A page. Check the path of the address.')).to.equal(
      'Check the path in --token-endpoint.',
    );
    expect(mend('settings', 'clientId: is missing.')).to.equal(
      'Here, clientId is --client-id or M2M_CLIENT_ID.',
    );
  });

  it('tells a time as people do, and what it means in this case', () => {
    const failed = checkFailure('endpoint', 'No answer within 2000 ms (requestTimeoutMs). Wait.', {
      meaning: 'It is slow.',
    });
    expect([failed.seen, failed.meaning]).to.deep.equal(['No answer within 2 s.', 'It is slow.']);
  });
});
