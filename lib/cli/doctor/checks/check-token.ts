import type { AccessToken, TokenProviderOptions } from '../../../index.js';
import { dateWords, durationWords } from '../../terminal/time-words.js';
import { checkFailure } from '../check-failure.js';
import type { CheckResult } from '../check-result.js';
import { UNNAMED_LIFETIME_MS } from '../token-trial.js';

const SHORT_MS = 60_000;
const LONG_MS = 86_400_000;

/** What the token that came shows: that the client may have it, for what, for how long, and when it is renewed. */
export function checkToken(token: AccessToken, options: TokenProviderOptions): readonly CheckResult[] {
  return [
    {
      check: 'grant',
      status: 'ok',
      seen: `${token.claims ? 'a JWT' : 'an opaque token'}, as ${token.tokenType}`,
    },
    checkScope(token, options),
    checkLifetime(token),
    checkRenewal(token),
  ];
}

function checkScope(token: AccessToken, { scope = '', resource = [] }: TokenProviderOptions): CheckResult {
  const asked = String(scope).split(/ +/).filter(Boolean);
  const granted = grantedScope(token);
  const missing = granted ? asked.filter((one) => !granted.includes(one)) : [];
  if (missing.length > 0) {
    const has = granted?.length ? `granted: ${granted.join(' ')}` : 'none was granted';
    return checkFailure(
      'scope',
      `The server left out ${missing.join(' ')}; ${has}. Have that scope granted to this client at the server, or ask for what it may ` +
        'have by --scope or M2M_SCOPE.',
    );
  }
  const unmet = unmetResources(token, resource as readonly string[]);
  if (unmet.length > 0) {
    return {
      check: 'scope',
      status: 'warn',
      seen: `the audience of the token (aud) does not name ${unmet.join(', ')}`,
      meaning: 'The API may not accept it. Some servers name another audience for a resource.',
      mend: 'Compare the two: m2m-token token | m2m-token inspect.',
    };
  }
  // RFC 6749 §5.1: whoever does not say what is granted has granted what was asked for.
  const seen = granted
    ? `granted: ${granted.join(' ') || 'none'}`
    : asked.length > 0
      ? 'granted as asked'
      : 'none asked';
  return { check: 'scope', status: 'ok', seen };
}

/** What the answer says, else the token itself (RFC 9068 §2.2.3; `scp` of Okta and Microsoft). */
function grantedScope({ scope, claims = {} }: AccessToken): readonly string[] | undefined {
  const said = scope ?? claims.scope ?? claims.scp;
  if (Array.isArray(said)) return said.map(String);
  return typeof said === 'string' ? said.split(/ +/).filter(Boolean) : undefined;
}

function unmetResources({ claims }: AccessToken, resources: readonly string[]): readonly string[] {
  const audience = claims?.aud;
  return audience === undefined ? [] : resources.filter((one) => ![audience].flat().includes(one));
}

function checkLifetime({ issuedAt, expiresAt }: AccessToken): CheckResult {
  const lifetimeMs = expiresAt - issuedAt;
  if (lifetimeMs === UNNAMED_LIFETIME_MS) {
    return {
      check: 'lifetime',
      status: 'warn',
      seen: 'the server does not say how long the token lives',
      meaning: 'It is taken to live for 5 minutes; if it ends earlier, an API will refuse it.',
      mend: 'Look it up, and give it to the provider as defaultLifetimeMs.',
    };
  }
  const seen = durationWords(lifetimeMs);
  if (lifetimeMs >= SHORT_MS && lifetimeMs <= LONG_MS) return { check: 'lifetime', status: 'ok', seen };
  const isShort = lifetimeMs < SHORT_MS;
  return {
    check: 'lifetime',
    status: 'warn',
    seen,
    meaning: isShort
      ? 'That is short: each service asks often, and outages of the server are soon noticed.'
      : 'That is long: whoever finds a token can use it as long.',
    mend: 'Have the lifetime changed at the server, if you can: 10 minutes to an hour suit most.',
  };
}

function checkRenewal({ issuedAt, dueAt, expiresAt }: AccessToken): CheckResult {
  const afterMs = dueAt - issuedAt;
  const sparesMs = expiresAt - dueAt;
  const seen =
    `a service would get the next token after ${durationWords(afterMs)} (${dateWords(dueAt)}), in the background; an outage of the ` +
    `server for up to ${durationWords(sparesMs)} then passes unnoticed`;
  return { check: 'renewal', status: 'ok', seen };
}
