import { inspect } from 'node:util';
import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { withoutSecret } from '../../lib/options/without-secret.js';
import { thrown } from '../support/rejection.js';

const SECRET = 's3"cret\\';

/** The error about `option` for these options, which shows the text in one way or another. */
function complain(
  others: object,
  text: string,
  option = 'region',
  clientSecret: unknown = SECRET,
): ConfigurationError {
  return thrown(() =>
    withoutSecret({ ...others, clientSecret }, () => {
      throw new ConfigurationError(option, `must be one of 'us'; got ${text}.`);
    }),
  );
}

describe('withoutSecret', () => {
  it('gives what is read', () => {
    expect(withoutSecret({ clientSecret: SECRET }, () => 5)).to.equal(5);
  });

  const misplaced: object[] = [
    { region: SECRET },
    { region: `x${SECRET}x` },
    { scope: ['read', SECRET] },
    { parameters: { audience: SECRET } },
    { parameters: { audience: ['read', SECRET] } },
    { parameters: { [SECRET]: 'x' } },
    { tokenEndpoint: new URL('https://as.example/?s3cret') },
  ];
  for (const others of misplaced) {
    it(`shows nothing when the secret stands in ${JSON.stringify(others)}`, () => {
      const clientSecret = 'tokenEndpoint' in others ? 's3cret' : SECRET;
      const error = complain(others, JSON.stringify(clientSecret).slice(0, 6), 'region', clientSecret);
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'region');
      expect(error.message).to.contain('stands in a wrong place').and.not.contain('got');
    });
  }

  it('finds four characters within other text, and fewer where they are the whole of it', () => {
    for (const secret of ['asia', 'sia', 'a'])
      expect(complain({ region: secret }, `"${secret}"`, 'region', secret).message).to.contain(
        'in a wrong place',
      );
    expect(complain({ region: 'in asia' }, '"asia"', 'region', 'asia').message).to.contain(
      'in a wrong place',
    );
    expect(complain({ region: 'asia' }, '"asia"', 'region', 'asi').message).to.contain('"asia"');
  });

  it('does not name an option after the secret', () => {
    const error = complain({ parameters: { [SECRET]: 5 } }, '5', `parameters.${SECRET}`);
    expect(error.option).to.equal('options');
    expect(inspect(error)).to.not.contain('"cret');
  });

  it('leaves other errors as they are', () => {
    expect(complain({ region: 'asia' }, '"asia"').message).to.contain('"asia"');
    expect(complain({ region: 'asia' }, '"asia"', 'region', () => 'asia').message).to.contain('"asia"');
    expect(complain({ region: 'asia' }, '"asia"', 'region', null).message).to.contain('"asia"');
    expect(() => withoutSecret({ region: 'asia', clientSecret: 'asia' }, () => JSON.parse('x'))).to.throw(
      SyntaxError,
    );
  });

  it('leaves errors as they are where the options cannot be looked at', () => {
    const boom = () => {
      throw new Error(SECRET);
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const odd of [
      proxy,
      new Proxy({}, { get: boom }),
      new Proxy({}, { ownKeys: boom }),
      null,
      undefined,
      Object.defineProperty({ clientSecret: SECRET }, 'region', { get: boom, enumerable: true }),
      { clientSecret: SECRET, http: proxy },
      { clientSecret: SECRET, keys: new Uint8Array(2 ** 28) },
    ]) {
      const error = new ConfigurationError('region', 'is odd.');
      const refuse = () => {
        throw error;
      };
      expect(thrown(() => withoutSecret(odd, refuse))).to.equal(error);
    }
  });

  it('does not lose itself in odd options', () => {
    const circle: Record<string, unknown> = { region: null };
    circle.self = circle;
    expect(complain(circle, 'null').message).to.equal("region: must be one of 'us'; got null.");
  });
});
