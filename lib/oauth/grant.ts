/** A way to ask for tokens without a person. */
export interface Grant {
  /** Tells it from other grants. Short, since it is part of the key of every target. */
  readonly id: string;
  /** Its own form parameters, `grant_type` first. An assertion, for instance, may have to be signed. */
  parameters(
    signal: AbortSignal,
  ): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
}

const PARAMETERS = Object.freeze({ grant_type: 'client_credentials' });

/** RFC 6749 §4.4.2. */
export const clientCredentials: Grant = {
  id: 'cc',
  parameters: () => PARAMETERS,
};
