import { expect } from 'chai';
import { ConfigurationError } from '../../lib/errors.js';
import { readClientId, readClientSecret, readShape, secretProblem } from '../../lib/options/read-client.js';
import type { TokenProviderOptions } from '../../lib/options/token-provider-options.js';
import { thrown } from '../support/rejection.js';

const CLIENT = { clientId: 'acme', clientSecret: 'unused' };

/** The message for options that no type checker has seen. */
function messageFor(odd: object): string {
  const error = thrown(() => readClient({ ...CLIENT, ...odd } as never));
  expect(error).to.be.instanceOf(ConfigurationError);
  return error.message;
}

const readClient = (options: TokenProviderOptions) => ({
  clientId: readClientId(options.clientId),
  ...readShape(options),
});

describe('readClient', () => {
  it('gives what shapes a token, with defaults', () => {
    expect(readClient(CLIENT)).to.deep.equal({
      clientId: 'acme',
      authentication: 'basic',
      scope: [],
      resource: [],
      parameters: [],
    });
  });

  it('writes scope, resource and parameters in one order, each once', () => {
    for (const given of [
      { b: '2', a: '' },
      { a: '', b: '2' },
    ]) {
      const { parameters } = readClient({ ...CLIENT, parameters: given });
      expect(parameters).to.deep.equal([
        ['a', ''],
        ['b', '2'],
      ]);
    }
    const { scope, resource } = readClient({
      ...CLIENT,
      scope: 'write read  write',
      resource: ['https://b.example/', 'https://a.example/', 'https://b.example/'],
    });
    expect(scope).to.deep.equal(['read', 'write']);
    expect(resource).to.deep.equal(['https://a.example/', 'https://b.example/']);
  });

  const table: [object, RegExp][] = [
    [{ clientId: undefined }, /^clientId: must be a non-empty string; got nothing\.$/],
    [{ clientId: '' }, /^clientId: .* got an empty string/],
    [{ clientId: 5 }, /^clientId: .* got 5/],
    [{ clientId: 'acme\n' }, /^clientId: contains white space/],
    [{ clientId: 'zoë' }, /^clientId: contains .* other than ASCII/],
    [
      { authentication: 'private_key_jwt' },
      /^authentication: must be one of 'basic', 'basic-raw', 'post'; got "private/,
    ],
    [{ scope: 'a"b' }, /^scope: .* RFC 6749 §3\.3/],
    [{ scope: 'a\tb' }, /^scope: /],
    [{ scope: ['a', 7] }, /^scope: must be a string or an array of strings; got 7/],
    [{ resource: 'api' }, /^resource: must be absolute URIs/],
    [{ resource: 5 }, /^resource: must be a string or an array of strings; got 5/],
    [{ resource: 'https://a.example/#x' }, /^resource: .* without a fragment \(RFC 8707 §2\)/],
    [{ parameters: 'a=b' }, /^parameters: must be a plain object; got a string/],
    [{ parameters: new URLSearchParams('a=b') }, /^parameters: must be a plain object/],
    [{ parameters: ['a'] }, /^parameters: must be a plain object; got an array/],
    [{ parameters: null }, /^parameters: must be a plain object; got null/],
    [{ parameters: { audience: 5 } }, /^parameters\.audience: must be a string; got 5/],
    [{ parameters: { a: 'b', 's3cret-x': 5 } }, /^parameters\[1\]: must be a string; got 5/],
  ];
  for (const [odd, message] of table) {
    it(`refuses ${JSON.stringify(odd)}`, () => expect(messageFor(odd)).to.match(message));
  }

  for (const name of [
    'grant_type',
    'client_id',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'scope',
    'resource',
  ]) {
    it(`keeps the parameter ${name} for itself`, () => {
      expect(messageFor({ parameters: { [name]: 'x' } })).to.match(/^parameters\.\w+: is reserved/);
    });
  }
});

describe('clientSecret', () => {
  it('takes any printable ASCII, and is handed on unchanged', () => {
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
    ['s3crét', /printable ASCII/],
    ['s3cret\u0000', /printable ASCII/],
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
