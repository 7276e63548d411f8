import axios, { type AxiosStatic } from 'axios';
import axios021 from 'axios-0.21';
import axios029 from 'axios-0.29';
import axios11 from 'axios-1.1';
import axios12 from 'axios-1.2';
import { expect } from 'chai';
import { checkAxios } from '../../../lib/attach/axios/supported-axios.js';
import { ConfigurationError } from '../../../lib/index.js';

describe('checkAxios()', () => {
  const refusal = (instance: unknown) => expect(() => checkAxios(instance));

  it('takes axios itself, an instance of it, and one with an adapter of its own', () => {
    const own = async () => ({}) as never;
    for (const instance of [axios, axios.create(), axios.create({ adapter: own })])
      refusal(instance).to.not.throw();
  });

  for (const given of [undefined, null, 5, 'text', {}, () => undefined, { interceptors: {}, defaults: {} }]) {
    it(`refuses ${JSON.stringify(given) ?? String(given)}, and names the option`, () => {
      refusal(given).to.throw(ConfigurationError, /axios: must be an axios instance/);
    });
  }

  /** The types of old versions differ, and are of no use here. */
  const bothOf = (library: unknown) => [library, (library as AxiosStatic).create()];

  for (const [version, library] of Object.entries({ '0.21': axios021, '0.29': axios029, '1.1': axios11 })) {
    it(`refuses axios ${version}, itself and what it creates, and names the version that is needed`, () => {
      for (const instance of bothOf(library))
        refusal(instance)
          .to.throw(ConfigurationError, /^axios: must be of axios 1\.2\.0 or later: .*\. Update axios\.$/)
          .with.property('option', 'axios');
    });
  }

  it('takes the oldest that is supported, itself and what it creates', () => {
    for (const instance of bothOf(axios12)) refusal(instance).to.not.throw();
  });

  const feigned = (changes: object) =>
    Object.assign(Object.create(null), {
      interceptors: { request: { use: () => 0, clear: () => undefined } },
      defaults: { headers: {} },
      getUri: () => '/?known',
      ...changes,
    });
  function httpAdapter(): void {
    // Its name alone matters.
  }

  it('takes what has all features of the oldest', () => refusal(feigned({})).to.not.throw());

  for (const [version, changes] of [
    ['0.27, which clears no interceptors', { interceptors: { request: { use: () => 0 } } }],
    [
      '1.1, whose adapter is a function',
      {
        defaults: {
          adapter: httpAdapter,
          headers: { post: { 'Content-Type': 'application/x-www-form-urlencoded' } },
        },
      },
    ],
    ['1.0, which does not know serializers', { getUri: () => '/?a=1' }],
    [
      'one whose getUri throws',
      {
        getUri: () => {
          throw new Error('old');
        },
      },
    ],
  ] as const) {
    it(`refuses ${version}, and says to update`, () => {
      refusal(feigned(changes)).to.throw(ConfigurationError, /1\.2\.0 or later.*Update axios/);
    });
  }

  it("takes a user's own adapter of the same name, or beside the same content type", () => {
    refusal(feigned({ defaults: { adapter: httpAdapter, headers: {} } })).to.not.throw();
    const headers = { post: { 'Content-Type': 'application/x-www-form-urlencoded' } };
    refusal(feigned({ defaults: { adapter: () => undefined, headers } })).to.not.throw();
  });
});
