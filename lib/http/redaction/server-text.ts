import { SearchedText, SecretForms } from './secret-forms.js';
import { HIDDEN, type Span } from './text-view.js';

const MAX_LENGTH = 200;
/** Long ones are of servers with a scope for each of their operations. */
const MAX_SCOPE_LENGTH = 4_096;
/** So many times what is shown is looked at, up to this many characters: a secret takes more room than what stands in its place. */
const SHOWN_SHARE = 5;
const MAX_SHOWN = 8_192;

const ONE_LINE = new RegExp(`[${HIDDEN}]+`, 'gu');
/** No scope has one of these (RFC 6749 §3.3). */
const NOT_SCOPE = /[^\x20\x21\x23-\x5b\x5d-\x7e]/;

export interface CleanOptions {
  /** The tokens that came with the text. */
  readonly tokens?: readonly string[];
  readonly maxLength?: number;
}

/**
 * Makes text that others wrote fit to be shown: no secret and no token in any encoding, no control characters, and 200
 * characters at most. Secrets and tokens of one or two characters are left, since they stand in nearly any text; of three,
 * the plain text is hidden alone.
 */
export type CleanText = (text: string, options?: CleanOptions) => string;

/** Knows what must not be shown. */
export function textCleaner(secrets: readonly string[]): CleanText {
  const hidden = secrets.map((secret) => new SecretForms(secret));
  return (text, { tokens = [], maxLength = MAX_LENGTH } = {}) => {
    const shown = Math.min(maxLength * SHOWN_SHARE, MAX_SHOWN);
    // Further than is shown, so that a secret at the end is found.
    const read = new SearchedText(text.slice(0, shown + SecretForms.reach));
    const find = (secret: SecretForms, label: string) =>
      secret.find(read).map((span) => ({ ...span, label }));
    const marks = [
      ...hidden.flatMap((secret) => find(secret, '[secret]')),
      ...tokens.flatMap((token) => find(new SecretForms(token), '[token]')),
    ];
    const line = replace(read.text, marks, shown).replace(ONE_LINE, ' ').trim();
    const isCut = read.text.length > shown;
    const safe = line.replace(/[\w.-]+/g, (run, at) =>
      hideToken(run, isCut && at + run.length === line.length),
    );
    return shorten(safe, maxLength);
  };
}

/** Hides these tokens, too: whichever there are when there is a text to clean. */
export function hidingTokens(clean: CleanText, held: () => readonly string[]): CleanText {
  return (text, { tokens = [], ...options } = {}) =>
    clean(text, { ...options, tokens: [...tokens, ...held()] });
}

/** Cleans the granted scope. What is no scope by RFC 6749 §3.3 is cleaned like any other text. */
export function cleanScope(scope: string, clean: CleanText, tokens: readonly string[]): string {
  const whole = clean(scope, { tokens, maxLength: MAX_SCOPE_LENGTH });
  const isScope = !NOT_SCOPE.test(scope) && whole.startsWith(scope.slice(0, MAX_SCOPE_LENGTH));
  if (!isScope) return clean(scope, { tokens });
  // At a blank: half of a name would be another.
  return whole === scope ? scope : whole.replace(/ *[^ ]*…$/, ' …').trim();
}

type Mark = Span & { readonly label: string };

/** Replaces the marks. Ends at `shown`: a secret that lies further on may be incomplete. */
function replace(text: string, marks: readonly Mark[], shown: number): string {
  let clean = '';
  let at = 0;
  for (const { start, end, label } of marks.toSorted((one, other) => one.start - other.start)) {
    if (start >= shown) break;
    if (start >= at) clean += text.slice(at, start) + label;
    at = Math.max(at, end);
  }
  return clean + text.slice(at, shown);
}

/** Hides what has the shape of a JWT. Not by one expression: that would take the square of the length. */
function hideToken(run: string, isCut: boolean): string {
  const start = run.indexOf('eyJ');
  const isToken = start >= 0 && (isCut || run.slice(start).split('.').length > 2);
  return isToken ? `${run.slice(0, start)}[token]` : run;
}

/** Not within a character of two units. */
function shorten(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}…` : text;
}
