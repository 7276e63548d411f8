import { formEncode } from './form-encoding.js';

const MAX_LENGTH = 200;

/** Makes a server's text fit to be shown: no secret, no token, no control characters, not too long. */
export type CleanText = (text: string) => string;

/** Knows the forms in which servers and proxies may repeat the secrets of a request, once there is text to clean. */
export function textCleaner(secrets: readonly string[]): CleanText {
  return (text) => cleanText(text, secrets.flatMap(formsOf));
}

function formsOf(text: string): string[] {
  // A lone surrogate cannot be encoded.
  const secret = Buffer.from(text).toString();
  return [secret, ...plainForms(secret), ...encodedForms(secret)];
}

function cleanText(text: string, forms: readonly string[]): string {
  // What is cut off here would be cut off below, even if everything before it became as short as it can.
  const maxRead = MAX_LENGTH * Math.max(1, ...forms.map(({ length }) => length));
  // On one line first: what only then reads like the secret must go, too.
  const line = text
    .slice(0, maxRead)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim();
  const shown = forms.reduce((rest, form) => rest.replaceAll(form, '[secret]'), line);
  return shorten(shown.replace(/[\w.-]+/g, hideToken));
}

/** As text: percent-encoded in either case, and escaped for JSON or HTML. */
function plainForms(secret: string): string[] {
  const percent = [formEncode(secret), encodeURIComponent(secret)];
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    ...percent,
    ...percent.map((form) => form.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase())),
    JSON.stringify(secret).slice(1, -1),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ];
}

/** As Base64, with and without padding, and of the other alphabet. */
function encodedForms(text: string): string[] {
  const padded = Buffer.from(text).toString('base64');
  return [padded, padded.replace(/=+$/, ''), Buffer.from(text).toString('base64url')];
}

/** Hides what has the shape of a JWT. Not by one expression: that would take the square of the length. */
function hideToken(run: string): string {
  const start = run.indexOf('eyJ');
  const isToken = start >= 0 && run.slice(start).split('.').length > 2;
  return isToken ? `${run.slice(0, start)}[token]` : run;
}

function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
