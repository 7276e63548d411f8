/** What is known of a request whose assertion was refused. */
export interface RefusedAssertion {
  /** The `id` of what authenticated the client. */
  readonly authentication: string;
  /** By how much this machine's clock is ahead of the server's, in ms, where the answer tells. */
  readonly clockAheadMs?: number | undefined;
}

const OF_OUR_OWN =
  'The usual causes: the server wants another audience (option audience: its issuer, or its token endpoint); it does not know the key, ' +
  "its kid or the secret for this client; the client is set up for another method, or clientId is wrong; an older server wants typ: 'JWT'.";

const OF_OTHERS =
  'The usual causes: iss, sub or aud of the assertion are not those that the server trusts for this client (whoever makes the ' +
  'assertion sets them); it has expired; clientId is wrong; the server wants another assertionType.';

/** `Date` counts seconds, and an answer takes a while. */
const MIN_CLOCK_DIFFERENCE_MS = 5_000;

/** Tells what to do where a server refuses the client, and that has proved itself by an assertion. */
export function assertionRemedy({ authentication, clockAheadMs = 0 }: RefusedAssertion): string {
  const causes = authentication.startsWith('client_assertion') ? OF_OTHERS : OF_OUR_OWN;
  if (!(Math.abs(clockAheadMs) >= MIN_CLOCK_DIFFERENCE_MS)) return causes;
  const side = clockAheadMs > 0 ? 'ahead of' : 'behind';
  const seconds = Math.round(Math.abs(clockAheadMs) / 1_000);
  return `This machine's clock is ${seconds} s ${side} the server's: set it right first. ${causes}`;
}
