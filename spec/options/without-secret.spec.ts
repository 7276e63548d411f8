import { expect } from 'chai';
import { ConfigurationError } from '../../lib/errors.js';
import { withoutSecret } from '../../lib/options/without-secret.js';
import { thrown } from '../support/rejection.js';

const complain = (text: string) => () => {
  throw new ConfigurationError('region', `must be one of 'us'; got "${text}".`);
};

describe('withoutSecret', () => {
  it('gives what is read', () => {
    expect(withoutSecret('s3cret', () => 5)).to.equal(5);
  });

  it('does not repeat a secret that stands in the place of another option', () => {
    const error = thrown<ConfigurationError>(() => withoutSecret('s3cret', complain('s3cret')));
    expect(error.option).to.equal('region');
    expect(error.stack).to.not.contain('s3cret');
    expect(error.message).to.contain('contains the clientSecret');
  });

  it('leaves other errors as they are', () => {
    expect(thrown(() => withoutSecret('s3cret', complain('asia'))).message).to.contain('"asia"');
    expect(thrown(() => withoutSecret(() => 's', complain('asia'))).message).to.contain('"asia"');
    expect(thrown(() => withoutSecret('asi', complain('asia'))).message).to.contain('"asia"');
    expect(thrown(() => withoutSecret('asia', complain('asia'))).message).to.not.contain('"asia"');
    expect(() => withoutSecret('s', () => JSON.parse('s'))).to.throw(SyntaxError);
  });
});
