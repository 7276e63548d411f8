import { createRequire } from 'node:module';
import axios, { type AxiosInstance } from 'axios';
import axios12 from 'axios-1.2';
import { expect } from 'chai';
import { findSameAxios } from '../../../lib/attach/axios/same-axios.js';

describe('findSameAxios()', () => {
  it('finds the copy that made an instance, where an import finds it', async () => {
    for (const instance of [axios, axios.create(), new axios.Axios({}) as AxiosInstance])
      expect(await findSameAxios(instance)).to.equal(axios);
  });

  it('finds none for instances of another copy', async () => {
    const required = createRequire(import.meta.url)('axios') as typeof axios;
    for (const instance of [required.create(), (axios12 as unknown as typeof axios).create()])
      expect(await findSameAxios(instance)).to.equal(undefined);
    expect(await findSameAxios({ interceptors: undefined } as never)).to.equal(undefined);
  });
});
