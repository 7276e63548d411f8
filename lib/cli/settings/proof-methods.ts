import type { Setting } from './setting-names.js';

/** The ways to prove a client that need more than a secret or another thing than that, by their names in OAuth, and what each needs. */
export const PROOF_METHODS = {
  private_key_jwt: ['keyFile'],
  client_secret_jwt: ['clientSecret'],
  client_assertion: ['assertionFile'],
  tls_client_auth: ['certFile', 'keyFile'],
} as const satisfies Readonly<Record<string, readonly Setting['option'][]>>;

export type ProofMethod = keyof typeof PROOF_METHODS;

/** What a method needs. All others send the secret itself; whether there is such a method is told elsewhere. */
export function needsOf(method: string | undefined): readonly Setting['option'][] {
  return isProofMethod(method) ? PROOF_METHODS[method] : ['clientSecret'];
}

export function isProofMethod(method: string | undefined): method is ProofMethod {
  return method !== undefined && Object.hasOwn(PROOF_METHODS, method);
}
