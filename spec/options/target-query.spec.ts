import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readTarget, readTargetFields } from '../../lib/options/target-query.js';
import { thrown } from '../support/rejection.js';

describe('readTarget', () => {
  it('leaves open what is not said', () => {
    const open = { clientId: undefined, region: undefined, scope: undefined, resource: undefined };
    expect(readTarget()).to.be.frozen.and.deep.equal(open);
    expect(readTarget({})).to.deep.equal(open);
    expect(readTargetFields({})).to.deep.equal(open);
  });

  it('tells an empty scope from one that is left open', () => {
    expect(readTarget({ scope: '', resource: [] })).to.deep.include({ scope: [], resource: [] });
  });

  it('reads two spellings of one target the same', () => {
    const token = fc.stringMatching(/^[a-z:/.]{1,8}$/);
    fc.assert(
      fc.property(fc.array(token, { minLength: 1 }), (tokens) => {
        const again = readTarget({ scope: [...tokens].reverse().concat(tokens).join('  ') });
        expect(readTarget({ scope: tokens })).to.deep.equal(again);
      }),
    );
  });

  it('says nothing of the region, which others know', () => {
    expect(readTarget({ region: 'nowhere' }).region).to.equal('nowhere');
  });

  const table: [object, string, RegExp][] = [
    [{ clientId: '' }, 'clientId', /non-empty string; got an empty string/],
    [{ clientId: ' acme' }, 'clientId', /white space/],
    [{ clientId: 5 }, 'clientId', /got 5/],
    [{ clientId: null }, 'clientId', /got null/],
    [{ region: '' }, 'region', /must be a non-empty string; got an empty string/],
    [{ region: 5 }, 'region', /got 5/],
    [{ scope: 'a"b' }, 'scope', /RFC 6749 §3\.3/],
    [{ scope: [5] }, 'scope', /array of strings; got 5/],
    [{ resource: 'a b' }, 'resource', /without blanks/],
    [{ resource: '' }, 'resource', /without blanks/],
    [
      { tokenEndpoint: 'https://a.example/' },
      'tokenEndpoint',
      /is not among the target options\. Known: clientId, region, scope, resource/,
    ],
    [{ maxWaitMs: 5 }, 'maxWaitMs', /is not among the target options/],
  ];
  for (const [odd, option, message] of table) {
    it(`refuses ${JSON.stringify(odd)}`, () => {
      const error = thrown<ConfigurationError>(() => readTarget(odd));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', option);
      expect(error.message).to.match(message);
    });
  }

  it('refuses what is no plain object', () => {
    for (const odd of [null, 5, 'acme', [], new Map()])
      expect(() => readTarget(odd as never)).to.throw(
        ConfigurationError,
        'target options: must be a plain object',
      );
  });
});
