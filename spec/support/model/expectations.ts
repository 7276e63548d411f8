import { inspect } from 'node:util';

/** Takes note of a promise that is broken. */
export type Expect = (isTrue: boolean, problem: string) => void;

/** Clocks are read a little later by one than by the other: what is this near to its end may be either. */
export const BLUR_MS = 2;

/** Secrets and tokens of the model have names that nothing else has, or are JWTs; so are proofs. */
const SECRET = /secret-\d|rotated-\d|token-\d|eyJ[\w-]+\.eyJ/;

/** No secret and no token in what a user can print. */
export function expectSecrecy(value: unknown, expect: Expect): void {
  const text = inspect(value, { depth: null, showHidden: true });
  expect(!SECRET.test(text), `a secret or a token in ${text}`);
}
