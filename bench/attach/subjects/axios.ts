import http from 'node:http';
// The copy that the library uses, as where both are installed together.
import axios, { type AxiosInstance } from '../../../node_modules/axios/index.js';
import { COUNT_HEADER, type Send } from '../pair.js';

/** Keeps its connection, as whoever sends many requests has it. */
export function makeInstance(baseURL: string): AxiosInstance {
  return axios.create({
    baseURL,
    httpAgent: new http.Agent({ keepAlive: true, maxSockets: 1 }),
    proxy: false,
  });
}

export function sendBy(instance: AxiosInstance): Send {
  return async () => {
    const { headers } = await instance.get('/things/1', { params: { full: true } });
    return Number(headers[COUNT_HEADER]);
  };
}
