import { readSettings, type Settings } from '../../lib/options/settings.js';
import type { TokenProviderOptions } from '../../lib/options/token-provider-options.js';

/** Checked settings, from the few options a test cares for. */
export function settings(options: Partial<TokenProviderOptions> = {}): Settings {
  return readSettings({ clientId: 'acme', clientSecret: 's3cret', ...options });
}
