import axios from 'axios';
import { expect } from 'chai';
import { attachToken } from '../../lib/index.js';
import { fakeProvider } from '../../lib/testing.js';
import { ApiServer } from '../support/api-server.js';
import { readPage } from '../support/pages.js';

/** What docs/security.md says is still seen of a token. */
describe('what is not promised', () => {
  const claims = (words: string) =>
    expect(readPage('docs/security.md').replace(/\s+/g, ' ')).to.contain(words);

  it('the request of an answer has the token in its raw header, for those who ask for it', async () => {
    claims('its raw header holds the token. It is not enumerable');
    const server = await ApiServer.start();
    try {
      const api = axios.create({ baseURL: server.origin });
      attachToken(api, fakeProvider({ token: 'the-token-itself' }));
      const answer = await api.get('/things');
      expect(answer.request._header).to.contain('the-token-itself');
      expect(Object.keys(answer)).to.not.include('request');
    } finally {
      await server.stop();
    }
  });
});
