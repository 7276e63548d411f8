import { expect } from 'chai';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { readClientId, readClientSecret, secretProblem } from '../../lib/options/client-credentials.js';
import { thrown } from '../support/rejection.js';

describe('readClientId', () => {
  it('takes any printable text, with spaces inside as well', () => {
    for (const id of ['zoë', '東京', 'a:b', 'a😀b']) expect(readClientId(id)).to.equal(id);
    expect(() => readClientId('a\ud800')).to.throw('clientId');
    for (const clientId of ['acme', '0af3c9', 'my client', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'])
      expect(readClientId(clientId)).to.equal(clientId);
  });

  const table: [unknown, RegExp][] = [
    [undefined, /^clientId: must be a non-empty string; got nothing\.$/],
    ['', /^clientId: .* got an empty string/],
    [5, /^clientId: .* got 5/],
    [null, /^clientId: .* got null/],
    ['acme\n', /^clientId: contains white space/],
    [' acme', /^clientId: contains white space/],
    ['ac\u0000me', /^clientId: contains .* a control character/],
  ];
  for (const [odd, message] of table) {
    it(`refuses ${JSON.stringify(odd) ?? 'nothing'}`, () => {
      const error = thrown<ConfigurationError>(() => readClientId(odd));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'clientId');
      expect(error.message).to.match(message);
    });
  }
});

describe('readClientSecret', () => {
  it('takes any printable text and any function, and hands them on unchanged', () => {
    for (const secret of ['s3crét', 'пароль', ' p+%:&= '])
      expect(readClientSecret(secret)()).to.equal(secret);
    const secret = ' !"#$%&\'()*+,-./0:;<=>?@A[\\]^_`a{|}~';
    expect(readClientSecret(secret)()).to.equal(secret);
    const supply = () => 'later';
    expect(readClientSecret(supply)).to.equal(supply);
  });

  const table: [unknown, RegExp][] = [
    [undefined, /is missing/],
    ['', /is empty\. Is the environment variable/],
    ['s3cret\n', /contains a line break.*trim\(\)/],
    ['\rs3cret', /contains a line break/],
    ['\ufeffs3cret', /a byte order mark.*trim\(\)/],
    ['s3cret\u2028', /contains a line break/],
    ['s3cret\u0000', /contains a control character/],
    [Buffer.from('s3cret'), /must be a string or a function; got an object/],
    [42, /got a number/],
  ];
  for (const [secret, problem] of table) {
    it(`refuses ${JSON.stringify(secret) ?? 'nothing'} without repeating it`, () => {
      const error = thrown<ConfigurationError>(() => readClientSecret(secret));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'clientSecret');
      expect(error.message).to.match(problem).and.not.contain('s3cr');
      expect(secretProblem(secret)).to.match(problem);
    });
  }
});
