import { createRequire } from 'node:module';
import axios, { type AxiosStatic, type InternalAxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import { libraryOf, resolveAdapter } from '../../../lib/attach/axios/axios-library.js';

const required = createRequire(import.meta.url)('axios') as AxiosStatic;
const config = {} as InternalAxiosRequestConfig;

describe('libraryOf()', () => {
  it('is the copy of axios that made the instance, as ES module or as CommonJS', async () => {
    expect(required).to.not.equal(axios);
    for (const library of [axios, required])
      for (const instance of [library, library.create()]) expect(await libraryOf(instance)).to.equal(library);
  });

  it('is ours where nobody knows who made it', async () => {
    const foreign = Object.assign(axios.create(), { interceptors: { request: {}, response: {} } });
    expect(await libraryOf(foreign as never)).to.equal(axios);
  });
});

describe('resolveAdapter()', () => {
  it('looks up names, and takes the first of a list that there is', () => {
    const httpAdapter = resolveAdapter('http', config, axios);
    expect(httpAdapter).to.be.a('function');
    for (const adapters of [undefined, ['xhr', 'http'], ['http', 'fetch']] as const)
      expect(resolveAdapter(adapters as never, config, axios)).to.equal(httpAdapter);
    expect(resolveAdapter('fetch', config, axios)).to.not.equal(httpAdapter);
  });

  it('fails with the error of that copy where there is none', () => {
    // There is no xhr outside of browsers.
    for (const library of [axios, required])
      expect(() => resolveAdapter('xhr', config, library))
        .to.throw(library.AxiosError, 'xhr')
        .with.property('code', 'ERR_NOT_SUPPORT');
  });

  it('gives an own one as it is', () => {
    const own = async () => ({}) as never;
    expect(resolveAdapter(own, config, axios)).to.equal(own);
    expect(resolveAdapter([own], config, axios)).to.equal(own);
  });
});
