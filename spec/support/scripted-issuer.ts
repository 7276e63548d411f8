import {
  readVerifierOptions,
  type VerifierOptions,
  type VerifierSettings,
} from '../../lib/verify/verifier-options.js';
import { ScriptedServer } from './scripted-server.js';
import type { SigningKey } from './signing-key.js';

export const ISSUER = 'https://as.example';
export const AUDIENCE = 'https://api.example';
export const KEYS_AT = `${ISSUER}/jwks`;

/** An issuer that stands where the network would be: its keys are what the test says. */
export class ScriptedIssuer {
  readonly server = new ScriptedServer();
  keys: readonly SigningKey[];
  headers: Readonly<Record<string, string>> = {};
  /** Answers in place of the keys: a status, or `hang` for nothing at all. */
  fault: number | 'hang' | undefined;

  constructor(...keys: readonly SigningKey[]) {
    this.keys = keys;
    this.server.respond = (request) => {
      if (this.fault === undefined)
        request.answer(200, { keys: this.keys.map(({ jwk }) => jwk) }, this.headers);
      else if (this.fault !== 'hang') request.answer(this.fault, '', this.headers);
    };
  }

  /** How many requests for keys have come. */
  get asked(): number {
    return this.server.requests.length;
  }

  /** Options with all that a verifier of this issuer needs. */
  options(given: Partial<VerifierOptions> = {}): VerifierOptions {
    const own = { issuer: ISSUER, jwksUri: KEYS_AT, audience: AUDIENCE, algorithms: ['ES256'] };
    return { ...own, http: this.server.http, ...given };
  }

  settings(given: Partial<VerifierOptions> = {}): VerifierSettings {
    return readVerifierOptions(this.options(given));
  }

  /** A good token, with other claims where the test gives them. A claim that is `undefined` is left out. */
  token(claims: Readonly<Record<string, unknown>> = {}, key = this.keys[0] as SigningKey): string {
    return key.sign(goodClaims(claims));
  }
}

/** The claims of a token that is good for ten minutes from now. */
export function goodClaims(claims: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const seconds = Math.floor(Date.now() / 1_000);
  return { iss: ISSUER, aud: AUDIENCE, iat: seconds, exp: seconds + 600, ...claims };
}
