import type { Target } from '../../lib/target.js';

/** For specs to which all are the same. */
export const target: Target = {
  tokenEndpoint: 'https://as.example/token?tenant=1',
  clientId: 'acme',
  authentication: 'basic',
  scope: [],
  resource: [],
  parameters: [],
};
