import { createAuthRefresh } from 'axios-auth-refresh';
import type { OpenPair } from '../pair.js';
import { makeInstance, sendBy } from './axios.js';

/** It replaces rejected tokens alone: the header is set by an interceptor of one's own, as its documentation has it. */
export const open: OpenPair = async (origin, endpoint) => {
  const attached = makeInstance(origin);
  let token = '';
  const refresh = async (): Promise<void> => {
    const response = await endpoint.fetch('https://auth.example.com/');
    token = ((await response.json()) as { access_token: string }).access_token;
  };
  await refresh();
  attached.interceptors.request.use((config) => {
    config.headers.Authorization = `Bearer ${token}`;
    return config;
  });
  createAuthRefresh(attached, refresh);
  return { makePlain: () => sendBy(makeInstance(origin)), attached: sendBy(attached) };
};
