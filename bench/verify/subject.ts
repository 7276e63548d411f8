import type { Agent } from 'node:http';
import type { Algorithm } from './tokens.js';

/** How a subject's requests for keys leave the process: a subject takes the one of the two that it has an option for. */
export interface Network {
  readonly fetch: typeof fetch;
  readonly agent: Agent;
}

/** What a subject is given to work with. All must check each of these. */
export interface Surroundings {
  readonly issuer: string;
  /** Ends as get-jwks, which has no option for the whole of it, takes for granted. */
  readonly jwksUri: string;
  readonly audience: string;
  readonly algorithm: Algorithm;
  readonly network: Network;
}

/** Resolves for a good token, and rejects for any other. */
export type Verify = (token: string) => Promise<unknown>;

export interface Client {
  readonly verify: Verify;
  readonly close?: () => Promise<void>;
}

/** A way to verify tokens that the bench compares: `open` of each file in `subjects/`. */
export type OpenSubject = (surroundings: Surroundings) => Client | Promise<Client>;

export async function loadSubject(file: string): Promise<OpenSubject> {
  const { open } = (await import(`./subjects/${file}.js`)) as { open: OpenSubject };
  return open;
}
