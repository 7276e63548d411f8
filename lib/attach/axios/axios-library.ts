import { createRequire } from 'node:module';
import type { AxiosAdapter, AxiosInstance, AxiosStatic, InternalAxiosRequestConfig } from 'axios';

type Config = InternalAxiosRequestConfig;
export type Adapters = Config['adapter'];

type GetAdapter = (adapters: Adapters, config: Config) => AxiosAdapter;

/** The adapter of one request. Names, and lists of them, are looked up in a copy of axios. */
export function resolveAdapter(adapters: Adapters, config: Config, library: AxiosStatic): AxiosAdapter {
  return (library.getAdapter as GetAdapter)(adapters ?? library.defaults.adapter, config);
}

/**
 * Loads the copy of axios that made the instance, as ES module or as CommonJS: its errors must be those that users know. Where it
 * is none of ours, ours.
 */
export async function libraryOf(instance: AxiosInstance): Promise<AxiosStatic> {
  const { default: axios } = await import('axios');
  if (isMadeBy(axios, instance)) return axios;
  const other = createRequire(import.meta.url)('axios') as AxiosStatic;
  return isMadeBy(other, instance) ? other : axios;
}

function isMadeBy(axios: AxiosStatic, { interceptors }: AxiosInstance): boolean {
  return axios.interceptors.request.constructor === interceptors.request.constructor;
}
