import type { WaitOptions } from '../options/token-provider-options.js';
import type { AccessToken } from '../token/access-token.js';

/** The tokens of one target, with the looking up already done. It stays good when its token is evicted. */
export interface ClientHandle {
  /** As `TokenProvider.getToken`, of this target. */
  getToken(options?: WaitOptions): Promise<string>;
  /** As `TokenProvider.peek`, of this target. */
  peek(): AccessToken | undefined;
  /** As `TokenProvider.refresh`, of this target. */
  refresh(): Promise<AccessToken>;
}
