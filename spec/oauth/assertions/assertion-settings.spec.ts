import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { readAssertionSettings, readText } from '../../../lib/oauth/assertions/assertion-settings.js';
import { thrown } from '../../support/rejection.js';

describe('readAssertionSettings', () => {
  it('has its defaults', () => {
    expect(readAssertionSettings({})).to.deep.equal({
      audience: undefined,
      typ: 'client-authentication+jwt',
      lifetimeMs: 60_000,
    });
  });

  it('takes what is given, to the bounds', () => {
    for (const lifetimeMs of [5_000, 3_600_000]) {
      const given = { audience: 'urn:as', typ: 'JWT', lifetimeMs };
      expect(readAssertionSettings(given)).to.deep.equal(given);
    }
  });

  for (const [option, value] of [
    ['lifetimeMs', 4_999],
    ['lifetimeMs', 3_600_001],
    ['lifetimeMs', Number.NaN],
    ['lifetimeMs', '60000'],
    ['typ', ''],
    ['typ', 5],
    ['audience', ['https://as.example']],
    ['audience', new URL('https://as.example')],
  ] as [string, unknown][]) {
    it(`refuses ${option} ${JSON.stringify(value)}`, () => {
      const error = thrown(() => readAssertionSettings({ [option]: value }));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
    });
  }
});

describe('readText', () => {
  it('takes any text, or none', () => {
    for (const text of [undefined, 'a', 'kid with blanks', 'ключ', 'x'.repeat(1_000)])
      expect(readText('kid', text)).to.equal(text);
  });

  it('says what is wrong', () => {
    const said = (value: unknown) => thrown(() => readText('kid', value)).message;
    expect([said(5), said(' a'), said('x'.repeat(1_001))]).to.deep.equal([
      'kid: must be a non-empty string; got 5.',
      'kid: contains white space around it, or a control character.',
      'kid: has more than 1000 characters.',
    ]);
  });

  for (const odd of ['', null, 5, {}, ' a', 'a\n', 'a\tb', 'a\ud800', 'x'.repeat(1_001)]) {
    it(`refuses ${JSON.stringify(odd).slice(0, 20)}, and does not repeat it`, () => {
      const error = thrown(() => readText('kid', odd));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'kid');
      expect(error.message).to.not.contain('xx');
    });
  }
});
