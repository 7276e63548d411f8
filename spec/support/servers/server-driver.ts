import path from 'node:path';
import type { ClientAuthentication, TokenProviderOptions } from '../../../lib/index.js';
import type { Command, Place } from './program.js';

/** A client that the server knows. */
export interface RegisteredClient {
  readonly id: string;
  readonly secret: string;
  /** Some servers accept one method a client. */
  readonly authentication: ClientAuthentication;
  /** The JWKs that verify what it signs, where it has a private key. */
  readonly keys?: readonly object[];
}

/** What a server is started with. Its program finds it in `settings.json`, in its folder. */
export interface ServerSettings extends Place {
  readonly lifetimeSeconds: number;
  readonly clients: readonly RegisteredClient[];
  /** Give the same token again until it ends. */
  readonly reuse: boolean;
}

/** What ids and secrets have in them: nothing odd, or a character that some servers misread. */
export const CREDENTIALS = ['plain', '+', '%2F', ':', ' ', 'é€'] as const;
export type CredentialKind = (typeof CREDENTIALS)[number];

/** What the trials need to know of an authorization server that somebody else wrote. */
export interface ServerDriver {
  readonly name: string;
  /** Path of the token endpoint. */
  readonly path: string;
  /** What a client has to give beside its credentials. */
  readonly options?: Pick<TokenProviderOptions, 'scope'>;
  /** Which credentials it understands, by authentication method. */
  readonly understands: Readonly<Record<ClientAuthentication, readonly CredentialKind[]>>;
  /** It asks for a login at any other path, so that a wrong path looks like a wrong secret. */
  readonly hidesWrongPaths?: boolean;
  /** Changed secrets are seen by a server that starts, not by one that runs. */
  readonly readsClientsAtStart?: boolean;
  /** Titles of trials that the library does not pass yet with this server. */
  readonly pending?: readonly string[];
  /** A command that succeeds where all that the server needs is installed. */
  readonly probe: Command;
  /** Called before each start: writes what the program needs beside the settings. */
  prepare(settings: ServerSettings): Command | Promise<Command>;
  /** Tells a running server its clients, where they are not read from the settings. */
  tellClients?(settings: ServerSettings): Promise<void>;
}

/** The path of a program of ours that makes a library an authorization server. */
export const appPath = (name: string): string => path.join(import.meta.dirname, 'apps', name);

export const ALL: readonly CredentialKind[] = CREDENTIALS;
export const allBut = (...kinds: readonly CredentialKind[]): readonly CredentialKind[] =>
  CREDENTIALS.filter((kind) => !kinds.includes(kind));
