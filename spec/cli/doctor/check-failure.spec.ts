import { expect } from 'chai';
import { checkFailure } from '../../../lib/cli/doctor/check-failure.js';
import { CHECKS } from '../../../lib/cli/doctor/check-result.js';
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
    expect(checkFailure('endpoint', 'No.', { given }).mend).to.equal(
      'Here, subdomain is ONELOGIN_SUBDOMAIN.',
    );
    expect(checkFailure('scope', 'No. Ask.', { given, advice: 'Or not.' }).mend).to.equal(
      'Ask. Here, scope is --scope. Or not.',
    );
    expect(checkFailure('clock', 'No.', { given }).mend).to.equal('');
  });
});
