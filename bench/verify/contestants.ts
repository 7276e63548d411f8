import { readFileSync } from 'node:fs';

export interface Contestant {
  readonly name: string;
  /** In `subjects/`. */
  readonly file: string;
  readonly isOwn: boolean;
  /** Whether it, too, can remember tokens that it has verified, and is told to. */
  readonly remembers: boolean;
}

/** The one beside which a new token is judged. */
export const YARDSTICK = 'jose';

export const contestants: readonly Contestant[] = [
  { name: 'm2m-token-provider', file: 'm2m-token-provider', isOwn: true, remembers: true },
  peer(YARDSTICK),
  peer('express-oauth2-jwt-bearer'),
  peer('aws-jwt-verify'),
  peer('jwks-rsa, jsonwebtoken', 'jwks-rsa'),
  peer('@fastify/jwt', 'fastify-jwt'),
  { ...peer('@fastify/jwt, with a cache', 'fastify-jwt-cached'), remembers: true },
  { ...peer('fast-jwt, with a cache', 'fast-jwt-cached'), remembers: true },
];

const PACKAGES = [
  'jose',
  'express-oauth2-jwt-bearer',
  'aws-jwt-verify',
  'jwks-rsa',
  'jsonwebtoken',
  '@fastify/jwt',
  'fast-jwt',
  'get-jwks',
];

export function versions(): string {
  return PACKAGES.map((name) => {
    const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return `${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`;
  }).join(', ');
}

function peer(name: string, file = name): Contestant {
  return { name, file, isOwn: false, remembers: false };
}
