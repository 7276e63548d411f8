import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readBoolean, readChoice, readInteger, readNumber } from '../../lib/options/option-values.js';
import { thrown } from '../support/rejection.js';

const RANGE = { min: 1, max: 10, default: 5 };
const ODD_NUMBERS = [
  0.999,
  10.001,
  Number.NaN,
  Infinity,
  -Infinity,
  -1,
  '5',
  null,
  true,
  [],
  {},
  5n,
  () => 5,
];

describe('option values', () => {
  it('readNumber takes the bounds themselves, and the default for nothing', () => {
    expect([1, 10, 5.5, undefined].map((value) => readNumber('o', value, RANGE))).to.deep.equal([
      1, 10, 5.5, 5,
    ]);
  });

  for (const odd of ODD_NUMBERS) {
    it(`readNumber refuses ${typeof odd} ${String(odd)}, and names the option and its bounds`, () => {
      const error = thrown<ConfigurationError>(() => readNumber('retry.retries', odd, RANGE));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'retry.retries');
      expect(error.message).to.match(/^retry\.retries: must be a number from 1 to 10; got /);
    });
  }

  it('readNumber tells who gives text, and nobody else, how to mend it', () => {
    const [text, number] = ['5', 11].map((odd) => thrown(() => readNumber('o', odd, RANGE)).message);
    expect(text).to.equal(
      'o: must be a number from 1 to 10; got a string. Convert text with Number() first.',
    );
    expect(number).to.equal('o: must be a number from 1 to 10; got 11.');
  });

  it('readInteger refuses fractions', () => {
    expect(readInteger('o', 3, RANGE)).to.equal(3);
    expect(thrown(() => readInteger('o', 3.5, RANGE)).message).to.equal(
      'o: must be a whole number; got 3.5.',
    );
  });

  it('readBoolean takes true and false alone', () => {
    expect([true, false, undefined].map((value) => readBoolean('o', value, true))).to.deep.equal([
      true,
      false,
      true,
    ]);
    for (const odd of ['true', 1, null])
      expect(() => readBoolean('o', odd, true)).to.throw(
        ConfigurationError,
        'o: must be true or false; got ',
      );
  });

  it('readChoice lists the choices, and shows what it got', () => {
    expect(readChoice('o', 'b', ['a', 'b'])).to.equal('b');
    const { message } = thrown(() => readChoice('o', 'c', ['a', 'b']));
    expect(message).to.equal(`o: must be one of 'a', 'b'; got a string of 1 character.`);
  });
});
