import { SecretForms } from './secret-forms.js';
import { HIDDEN, type Span } from './text-view.js';

const MAX_LENGTH = 200;
/** Long ones are of servers with a scope for each of their operations. */
const MAX_SCOPE_LENGTH = 4_096;
/** At most this many characters are shown. More are read, so that a secret at the end is found as a whole. */
const MAX_SHOWN = 8_192;
/** In no encoding a secret becomes longer than this many times its length. */
const MAX_STRETCH = 12;

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
  const longest = Math.max(0, ...secrets.map(({ length }) => length));
  return (text, { tokens = [], maxLength = MAX_LENGTH } = {}) => {
    const reach = Math.max(longest, ...tokens.map(({ length }) => length)) * MAX_STRETCH;
    const read = text.slice(0, MAX_SHOWN + reach);
    const marks = [
      ...hidden.flatMap((secret) => secret.find(read).map((span) => ({ ...span, label: '[secret]' }))),
      ...tokens
        .flatMap((token) => new SecretForms(token).find(read))
        .map((span) => ({ ...span, label: '[token]' })),
    ];
    const line = replace(read, marks).replace(ONE_LINE, ' ').trim();
    return shorten(line.replace(/[\w.-]+/g, hideToken), maxLength);
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

/** Replaces the marks. Ends at `MAX_SHOWN`: a secret that lies further on may be incomplete. */
function replace(text: string, marks: readonly Mark[]): string {
  let shown = '';
  let at = 0;
  for (const { start, end, label } of marks.toSorted((one, other) => one.start - other.start)) {
    if (start >= MAX_SHOWN) break;
    if (start >= at) shown += text.slice(at, start) + label;
    at = Math.max(at, end);
  }
  return shown + text.slice(at, MAX_SHOWN);
}

/** Hides what has the shape of a JWT. Not by one expression: that would take the square of the length. */
function hideToken(run: string): string {
  const start = run.indexOf('eyJ');
  const isToken = start >= 0 && run.slice(start).split('.').length > 2;
  return isToken ? `${run.slice(0, start)}[token]` : run;
}

/** Not within a character of two units. */
function shorten(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}…` : text;
}
