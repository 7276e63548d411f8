import { Readable } from 'node:stream';
import type { AxiosRequestConfig } from 'axios';
import fc from 'fast-check';

type Make = () => Partial<AxiosRequestConfig>;

/** Members of a config, made anew for each call. */
const MEMBERS: Readonly<Record<string, readonly Make[]>> = {
  method: ['get', 'POST', 'put', 'PATCH', 'delete', 'HEAD', 'options'].map((method) => () => ({ method })),
  data: [
    () => ({ data: 'some text' }),
    () => ({ data: { an: 'object' } }),
    () => ({ data: Buffer.from('bytes') }),
    () => ({ data: new Uint8Array([65, 66]).buffer }),
    () => ({ data: new URLSearchParams({ a: '1 2' }) }),
    () => ({ data: Readable.from([Buffer.from('of a '), Buffer.from('stream')]) }),
    () => ({ data: '' }),
    () => ({ data: null }),
  ],
  headers: [
    () => ({ headers: { 'X-Own': '1', Cookie: 'a=b' } }),
    () => ({ headers: { 'Content-Type': 'text/x', 'Content-Language': 'de' } }),
    () => ({ headers: { Host: 'localhost' } }),
    // Later ones take it along to no redirect, and neither do we.
    () => ({ headers: { 'Proxy-Authorization': 'Basic eA==' } }),
  ],
  params: [() => ({ params: { p: 'ü', q: [1, 2] } }), () => ({ params: new URLSearchParams('x=y') })],
  maxRedirects: [0, 1, 2, 3, 5, -1].map((maxRedirects) => () => ({ maxRedirects })),
  timeout: [() => ({ timeout: 60_000 }), () => ({ timeout: '60000' as never })],
  validateStatus: [() => ({ validateStatus: null }), () => ({ validateStatus: (status) => status < 400 })],
  responseType: (['json', 'text', 'arraybuffer', 'stream'] as const).map((responseType) => () => ({
    responseType,
  })),
  sizes: [() => ({ maxContentLength: 3 }), () => ({ maxBodyLength: 4 }), () => ({ maxRate: 100_000 })],
  hooks: [
    () => ({ beforeRedirect: (next) => Object.assign(next.headers, { 'X-Hook': '1' }) }),
    () => ({
      beforeRedirect: () => {
        throw new RangeError('mine');
      },
    }),
    () => ({ onUploadProgress: () => undefined }),
  ],
  others: [
    () => ({ decompress: false }),
    () => ({ proxy: false }),
    () => ({ transformResponse: (data: unknown) => `${data}!` }),
    () => ({ signal: AbortSignal.abort() }),
    () => ({ allowAbsoluteUrls: false }),
  ],
};

/** How to make a config. */
export interface Recipe {
  readonly path: string;
  readonly members: readonly (readonly [name: string, index: number])[];
}

/** For these paths, few members at a time, so that most calls are good ones. */
export const axiosRecipes = (paths: readonly string[]): fc.Arbitrary<Recipe> =>
  fc.record({
    path: fc.constantFrom(...paths),
    members: fc.array(
      fc.constantFrom(
        ...Object.entries(MEMBERS).flatMap(([name, makes]) =>
          makes.map((_, index) => [name, index] as const),
        ),
      ),
      { maxLength: 4 },
    ),
  });

export function makeConfig({ path, members }: Recipe): AxiosRequestConfig {
  return Object.assign({ url: path }, ...members.map(([name, index]) => MEMBERS[name]?.[index]?.()));
}
