import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';

const { warn } = console;
const beQuiet = (): void => {
  console.warn = () => undefined;
};
const speak = (): void => {
  console.warn = warn;
};

// It says on the console that it is not for production as it is set up here: that is known.
beQuiet();
const loaded = await import('oidc-provider').finally(speak);

/** An oidc-provider that keeps all in memory. */
export function makeProvider(issuer: string, configuration: Configuration): Provider {
  beQuiet();
  try {
    return new loaded.default(issuer, configuration);
  } finally {
    speak();
  }
}
