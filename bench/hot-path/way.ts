import type { TokenEndpoint } from './token-endpoint.js';

/** What a way to ask for tokens is given to work with. */
export interface Room {
  readonly endpoint: TokenEndpoint;
  /** For how many clients tokens are to be held. */
  readonly held: number;
  /** Which of them are asked for, in turn. */
  readonly asked: readonly number[];
}

/** What is timed: asks for the token of the client at this place among those asked for. */
export type Ask = (place: number) => Promise<string>;

/** As `Ask`, for what answers without a promise. */
export type Look = (place: number) => string | undefined;

/** A way to ask for tokens, all of which are held by then. */
export type Way = { readonly ask: Ask } | { readonly look: Look };
