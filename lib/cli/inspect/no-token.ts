import type { Claims } from '../../index.js';

/** A code of OAuth (RFC 6749 §5.2), and nothing else: text of a server's own may be anything. */
const ERROR_CODE = /^\w{1,60}$/;

/** How the header of a JWT begins, when it is cut off itself. */
const HEADER_BEGINS = /^\{"(alg|typ|kid|enc|cty|jku|x5[tcu])"/;

/** JSON as programs write it that give tokens: the answer of a token endpoint, and the `ExecCredential` of kubectl. */
export function tokenWithin(json: Claims): string | undefined {
  const { access_token: own, status } = json;
  const { token } = (status ?? {}) as { token?: unknown };
  return [own, token].find((value) => typeof value === 'string');
}

/** What JSON is that holds no token. */
export function describeJson({ error }: Claims): string {
  if (typeof error === 'string' && ERROR_CODE.test(error))
    return `This is no token, but the answer of a token endpoint that gave none: ${error}.`;
  return 'This is JSON without a token: in it, access_token or status.token would be one.';
}

/** What a text looks like that is no token; `undefined` where it may be one. Repeats nothing of it. */
export function describeOther(text: string): string | undefined {
  if (text.startsWith('<'))
    return 'This is no token, but a page (HTML or XML): of a login, or of a server or proxy that failed?';
  if (/^[{[]/.test(text)) return 'This looks like JSON, and cannot be read as an object: is it cut off?';
  if (text.startsWith('-----BEGIN ')) return 'This is no token, but a key or a certificate (PEM).';
  return undefined;
}

/** Says that a JWT is cut off, and where; `undefined` for one that is whole, and for what is none. */
export function describeCutOff(parts: readonly string[], header: Claims | undefined): string | undefined {
  if (!header) {
    const begin = Buffer.from(parts[0] ?? '', 'base64url').toString();
    return parts.length === 1 && HEADER_BEGINS.test(begin) ? cutOff(3, 1) : undefined;
  }
  if (typeof header.alg !== 'string') return undefined;
  // RFC 7516 §3.1, RFC 7515 §3.1
  const whole = typeof header.enc === 'string' ? 5 : 3;
  return parts.length < whole ? cutOff(whole, parts.length) : undefined;
}

function cutOff(whole: number, count: number): string {
  const found = count === 1 ? 'this is one' : `here are ${count}`;
  return `This begins like a JWT, and is cut off: a JWT has ${whole} parts with dots between them, and ${found}.`;
}
