/** What a process of the fleet works with. */
export interface MemberPlan {
  readonly redisUrl: string;
  readonly tokenEndpoint: string;
  /** Of the keys in Redis: a fleet must not find what an earlier one has left. */
  readonly prefix: string;
}

/** What it tells. */
export type MemberMessage =
  | { readonly is: 'ready' }
  | { readonly is: 'slot'; readonly held: Held }
  | { readonly is: 'in trouble'; readonly what: string };

/** A token that a process holds from now on. */
export interface Held {
  /** A name for the token, which is not the token itself. */
  readonly token: string;
  /** By the clock of the machine, in ms. */
  readonly at: number;
}

export const CLIENT = { clientId: 'fleet', clientSecret: 'fleet-secret' };
