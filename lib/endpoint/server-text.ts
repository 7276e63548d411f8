import { formEncode } from './client-authentication.js';

const MAX_LENGTH = 200;
const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Makes text that others wrote fit to be shown: no secret, no token, no control characters, not too long. */
export type CleanText = (text: string) => string;

/** Knows the forms in which this request carried its secret, for servers and proxies that echo requests. */
export function textCleaner(clientId: string, secret: string): CleanText {
  const pair = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString('base64');
  const forms = [
    pair(clientId, secret),
    pair(formEncode(clientId), formEncode(secret)),
    secret,
    formEncode(secret),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
  ];
  return (text) => {
    // On one line first: what only then reads like the secret must go, too.
    const shown = forms.reduce((rest, form) => rest.replaceAll(form, '[secret]'), onOneLine(text));
    return shorten(shown.replace(JWT, '[token]'));
  };
}

function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}

function shorten(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
