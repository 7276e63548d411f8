import axios, { type AxiosStatic } from 'axios';
import axios021 from 'axios-0.21';
import axios029 from 'axios-0.29';
import axios11 from 'axios-1.1';
import axios12 from 'axios-1.2';
import { expect } from 'chai';
import { readAxios } from '../../../lib/attach/axios/supported-axios.js';
import { ConfigurationError } from '../../../lib/index.js';

describe('readAxios()', () => {
  const refusal = (instance: unknown) => expect(() => readAxios(instance));

  const own = async () => ({}) as never;

  it('takes axios itself, an instance of it or of its class, and one with an adapter of its own', () => {
    for (const instance of [axios, axios.create(), new axios.Axios({}), axios.create({ adapter: own })])
      refusal(instance).to.not.throw();
  });

  for (const given of [undefined, null, 5, 'text', {}, () => undefined, { interceptors: {}, defaults: {} }]) {
    it(`refuses ${JSON.stringify(given) ?? String(given)}, and names the option`, () => {
      refusal(given).to.throw(ConfigurationError, /axios: must be an axios instance/);
    });
  }

  /** The types of old versions differ, and are of no use here. */
  const allOf = (library: unknown) => {
    const { create, Axios } = library as AxiosStatic;
    return [library, create(), create({ adapter: own }), new Axios({ adapter: own })];
  };

  for (const [version, library] of Object.entries({ '0.21': axios021, '0.29': axios029, '1.1': axios11 })) {
    it(`refuses axios ${version}, whatever its adapter is, and names the version that is needed`, () => {
      for (const instance of allOf(library))
        refusal(instance)
          .to.throw(ConfigurationError, /^axios: must be of axios 1\.2\.0 or later: .*\. Update axios\.$/)
          .with.property('option', 'axios');
    });
  }

  for (const [version, library] of Object.entries({ 'the oldest that is supported': axios12, newest: axios }))
    it(`takes ${version}, whatever its adapter is`, () => {
      for (const instance of allOf(library)) refusal(instance).to.not.throw();
    });

  it('refuses what is around an instance, and says what to give', () => {
    const { defaults, interceptors } = axios.create();
    refusal({ defaults, interceptors }).to.throw(
      ConfigurationError,
      'axios: must be an axios instance itself, nothing around one. Give the instance that it was made from.',
    );
  });
});
