import type { OpenPair } from '../pair.js';
import { sendBy } from './fetch.js';
import { makeProvider } from './provider.js';

type FetchEntry = typeof import('../../../lib/fetch.js');

export const open: OpenPair = async (origin, endpoint) => {
  const built = new URL('../../../dist/fetch.js', import.meta.url);
  const { createAuthorizedFetch } = (await import(built.href)) as FetchEntry;
  const authorized = createAuthorizedFetch(await makeProvider(endpoint), { origins: origin });
  return { makePlain: () => sendBy(fetch, origin), attached: sendBy(authorized, origin) };
};
