import type { TokenProviderOptions } from '../../index.js';
import type { GivenSettings } from './given-settings.js';
import type { SecretSource } from './secret-source.js';

/** How the client proves itself, as options of a provider. */
export type ClientProofOptions = Pick<TokenProviderOptions, 'clientSecret' | 'authentication'>;

/** What the settings say of the client's proof: one line for each method. */
export function clientProof(given: GivenSettings, source: SecretSource | undefined): ClientProofOptions {
  const authentication = given.get('authentication')?.value.toString();
  return {
    ...(source && { clientSecret: source.secret }),
    // The provider checks it, and names what it can be.
    ...(authentication !== undefined && { authentication: authentication as 'basic' }),
  };
}
