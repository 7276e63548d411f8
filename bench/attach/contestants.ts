import { readFileSync } from 'node:fs';

/** What is attached to: only those of one kind are compared. */
export const kinds = ['axios', 'fetch', 'undici'] as const;

export interface Contestant {
  readonly name: string;
  readonly kind: (typeof kinds)[number];
  readonly file: string;
  readonly isOwn: boolean;
  /** Whether its tokens are bound to a key: it signs a proof for each request, as none of the others does. */
  readonly isBound?: true;
}

export const contestants: readonly Contestant[] = [
  { name: 'attachToken()', kind: 'axios', file: 'own-axios', isOwn: true },
  { name: 'attachToken(), dpop', kind: 'axios', file: 'own-axios-dpop', isOwn: true, isBound: true },
  { name: 'axios-auth-refresh', kind: 'axios', file: 'axios-auth-refresh', isOwn: false },
  { name: 'axios-token-interceptor', kind: 'axios', file: 'axios-token-interceptor', isOwn: false },
  { name: 'createAuthorizedFetch()', kind: 'fetch', file: 'own-fetch', isOwn: true },
  { name: '@badgateway/oauth2-client', kind: 'fetch', file: 'badgateway', isOwn: false },
  { name: 'tokenInterceptor()', kind: 'undici', file: 'own-undici', isOwn: true },
];

const PACKAGES = [
  'axios',
  'axios-auth-refresh',
  'axios-token-interceptor',
  '@badgateway/oauth2-client',
  'undici',
];

export function versions(): string {
  return PACKAGES.map((name) => {
    const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return `${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`;
  }).join(', ');
}
