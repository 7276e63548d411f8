import { loadLibrary } from '../../scale/library.js';
import type { OpenPair } from '../pair.js';
import { makeInstance, sendBy } from './axios.js';
import { makeProvider } from './provider.js';

export const open: OpenPair = async (origin, endpoint) => {
  const { attachToken } = await loadLibrary();
  const attached = makeInstance(origin);
  attachToken(attached, await makeProvider(endpoint, true));
  return { makePlain: () => sendBy(makeInstance(origin)), attached: sendBy(attached) };
};
