import type { Instant } from '../ground/clock.js';
import type { TokenLifetime } from './token-lifetime.js';

/** What a token is, as the token endpoint gave it: read once, then handed on as one frozen object. */
export interface TokenFacts extends TokenLifetime {
  readonly value: string;
  readonly tokenType: string;
  /** The scope granted, where the server names it. */
  readonly scope: string | undefined;
  /** When it was asked for: the server cannot have issued it earlier, so its lifetime counts from here. */
  readonly sentAt: Instant;
}
