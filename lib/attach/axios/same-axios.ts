import type { AxiosInstance, AxiosStatic } from 'axios';

/**
 * The axios that an import finds, if it is the copy that made this instance: its adapters can be called without a detour, which is
 * quicker. Often it is another copy (CommonJS beside ES modules), or none, as in a bundle.
 */
export async function findSameAxios({ interceptors }: AxiosInstance): Promise<AxiosStatic | undefined> {
  try {
    const { default: axios } = await import('axios');
    const isSame = axios.interceptors.request.constructor === interceptors.request.constructor;
    return isSame && typeof axios.getAdapter === 'function' ? axios : undefined;
  } catch {
    return undefined;
  }
}
