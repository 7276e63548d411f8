/**
 * Words that people use in options: of this package, of OAuth and its libraries, of places. Text of these alone is no secret, and
 * may be repeated in an error. Whatever else stands in an option may be a secret in the wrong place.
 */
const WORDS = new Set(
  [
    // Our own options and their values.
    'subdomain sub domain region regions token tokens endpoint endpoints client clients id ids secret secrets authentication',
    'basic raw post scope scopes resource resources parameters parameter params param resolve refresh background ahead ms',
    'fraction keep warm retry retries min max delay delays request requests timeout wait targets target concurrent default',
    'lifetime validity minimum maximum http https allow store signal issuer type types sealed keys key prefix redis',
    'openid connect us eu',
    // Those of other libraries and of the standards.
    'oauth oauth2 oidc auth grant grants url urls uri uris host hostname port path base audience audiences tenant credentials',
    'credential user username password pass login method methods private public jwt jwk jwks assertion assertions tls mtls',
    'certificate cert ca self signed none body header headers bearer authorization code access claims cache ttl expiry expires',
    'expiration expire leeway skew tolerance clock interval backoff factor attempts retried timeouts seconds seconds minutes',
    'proxy agent agents adapter axios fetch dispatcher pool options option config settings setting name value values data',
    'debug verbose log logger logging level events event listener on error errors fail failed failure failures refreshed',
    'expired rejected update updated renew renewal renewed new old current previous next first last enabled disabled enable',
    'disable env environment file format json html xml version v1 v2 custom requested use exchange subject actor',
    // Places and stages, as regions and accounts are named after them.
    'emea apac latam america americas europe asia africa australia oceania antarctica north south east west central',
    'northeast northwest southeast southwest ap na sa af me ca cn uk gb de fr jp au nz br mx il gov global world local',
    'primary secondary main backup prod production stage staging test testing dev development lab qa sandbox demo example',
    // Where somebody tries what an unknown option does.
    'unknown other another extra more foo bar baz color colour red typo odd bogus wrong nope',
  ].flatMap((line) => line.split(' ')),
);

/** Such a number stands beside words, as in `us-east-1`; the ids of keys begin with a letter. */
const NUMBER = /^k?\d{1,2}$/;
const MAX_LENGTH = 60;

/** Whether a text is of known words alone, so that it can be repeated: `us-east-1`, `clientSecrets`, `private_key_jwt`. */
export function isHarmless(text: string): boolean {
  if (text === '*') return true;
  if (text.length > MAX_LENGTH || !/[a-z]/i.test(text)) return false;
  const words = text.replace(/^\//, '').split(/[-_./ ]|(?<=[a-z0-9])(?=[A-Z])/);
  return words.every((word) => WORDS.has(word.toLowerCase()) || NUMBER.test(word));
}

/** How a member of an option is named, where users choose the names: `regions.eu`, or by its place, as `regions[1]`. */
export function memberOf(option: string, name: string, place: number): string {
  return isHarmless(name) ? `${option}.${name}` : `${option}[${place}]`;
}

/** The known name of six letters or more that somebody seems to have meant, but for two slips of the keys at most. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  return known.find(
    (one) => one.length >= 6 && Math.abs(one.length - name.length) <= 2 && slips(one, name) <= 2,
  );
}

/** How many letters are added, left out or another (Levenshtein's distance); two that are swapped count as two. */
function slips(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at += 1) {
      const [left = 0, above = 0, before = 0] = [next[at], row[at + 1], row[at]];
      next.push(Math.min(left + 1, above + 1, before + (letter === other[at] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
