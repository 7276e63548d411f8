import type { Claims } from '../../index.js';
import { distanceWords, durationWords } from '../terminal/time-words.js';
import type { InspectedToken } from './inspected-token.js';
import { looksLikeMs, type TokenTimes, timesOf } from './token-times.js';

const HOUR_MS = 3_600_000;
/** Clocks of two machines differ by as much, and nobody minds. */
const CLOCK_MS = 5_000;

/** The length of signatures in bytes (RFC 7518 §3, RFC 8037 §3.1); of RSA the least that is allowed. */
const SIGNATURE_BYTES: readonly (readonly [algorithm: RegExp, bytes: number])[] = [
  [/^[RP]S\d+$/, 256],
  [/^(ES256K?|EdDSA|Ed25519)$/, 64],
  [/^ES384$/, 96],
  [/^ES512$/, 132],
  [/^HS256$/, 32],
  [/^HS384$/, 48],
  [/^HS512$/, 64],
];

interface Looked extends TokenTimes {
  readonly header: Claims;
  readonly claims: Claims;
  readonly signatureBytes: number;
  readonly now: number;
}

/** Each looks at one thing, and says what is odd about it. */
const LOOKS: readonly ((token: Looked) => string | false | undefined)[] = [
  ({ header: { alg } }) => typeof alg !== 'string' && 'It names no algorithm (alg).',
  ({ header: { alg } }) =>
    /^none$/i.test(nameOf(alg)) && 'It is not signed (alg is none): anybody can have written it.',
  ({ header: { alg } }) =>
    /^HS\d+$/.test(nameOf(alg)) &&
    'It is signed with a shared secret (HMAC): whoever can verify it can also make one.',
  ({ header: { crit } }) => crit !== undefined && 'It needs an extension that verifiers may not know (crit).',
  ({ header: { alg }, signatureBytes }) =>
    signatureBytes === 0 &&
    !/^none$/i.test(nameOf(alg)) &&
    'Its signature is empty: it may have been cut off.',
  ({ header: { alg }, signatureBytes }) => {
    const [, bytes = 0] = SIGNATURE_BYTES.find(([algorithm]) => algorithm.test(nameOf(alg))) ?? [];
    return (
      signatureBytes > 0 &&
      signatureBytes < bytes &&
      `Its signature has ${signatureBytes} bytes, and ${bytes} are the least for ${alg}: it may have been cut off.`
    );
  },
  ({ claims: { exp } }) => exp === undefined && 'It has no end (exp).',
  ({ claims }) =>
    [claims.exp, claims.iat, claims.nbf].some((time) => time !== undefined && typeof time !== 'number') &&
    'A time of it is no number (RFC 7519 §2).',
  ({ claims }) => {
    const names = ['exp', 'iat', 'nbf'].filter((name) => looksLikeMs(claims[name]));
    return (
      names.length > 0 &&
      `${names.join(', ')}: in milliseconds, as it seems; it must be in seconds (RFC 7519 §2). Verifiers take it for a time in thousands of years.`
    );
  },
  ({ expiresAt, now }) =>
    expiresAt !== undefined && expiresAt <= now && `It has ended ${distanceWords(expiresAt, now)}.`,
  ({ notBefore, now }) =>
    notBefore !== undefined &&
    notBefore > now + CLOCK_MS &&
    `It may not be used yet: its time (nbf) begins ${distanceWords(notBefore, now)}. Is the clock of this machine slow?`,
  ({ issuedAt, now }) =>
    issuedAt !== undefined &&
    issuedAt > now + CLOCK_MS &&
    `It was issued ${distanceWords(issuedAt, now)}, by the server's clock. Is the clock of this machine slow?`,
  ({ lifetimeMs }) => lifetimeMs !== undefined && lifetimeMs <= 0 && 'It ends before it was issued.',
  ({ lifetimeMs }) =>
    lifetimeMs !== undefined &&
    lifetimeMs > 24 * HOUR_MS &&
    `It lives long, for ${durationWords(lifetimeMs)}: whoever finds it can use it as long.`,
  ({ claims: { iss } }) => iss === undefined && 'It does not say who issued it (iss).',
  ({ claims: { aud } }) => aud === undefined && 'It does not say whom it is for (aud): any API may take it.',
  ({ claims: { cnf } }) =>
    cnf !== undefined &&
    'It is bound to a key (cnf): alone it is of no use, whoever sends it must prove that key, too.',
];

/** What is odd about a token, in sentences. Says nothing about whether its signature is good. */
export function findOddities(
  { header, claims, signatureBytes }: InspectedToken,
  now: number,
): readonly string[] {
  if (!header || !claims) return [];
  const looked = { header, claims, signatureBytes, now, ...timesOf(claims) };
  return LOOKS.map((look) => look(looked)).filter((words) => typeof words === 'string');
}

/** An object may have no text. */
function nameOf(alg: unknown): string {
  return typeof alg === 'string' ? alg : '';
}
