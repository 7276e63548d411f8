import type { Claims } from '../../index.js';
import { UsageError } from '../usage/usage-error.js';
import { describeCutOff, describeJson, describeOther, tokenWithin } from './no-token.js';

/** What a token shows of itself. Nothing of it is verified. */
export interface InspectedToken {
  readonly kind: 'JWT' | 'encrypted JWT' | 'opaque token';
  /** The token itself: to be verified, not to be shown. */
  readonly value: string;
  /** The header of a JWT. */
  readonly header: Claims | undefined;
  /** The claims of a JWT that is not encrypted. */
  readonly claims: Claims | undefined;
  /** The length of its signature. */
  readonly signatureBytes: number;
}

/**
 * Reads a token as people have it: alone, as a header, in quotes, or in JSON, as token endpoints and kubectl have it.
 * @throws {UsageError} when there is none, or a part of one
 */
export function inspectToken(text: string): InspectedToken {
  const value = findToken(text.trim());
  if (value === '') throw new UsageError('There is no token on standard input.');
  if (/\s/.test(value)) throw new UsageError('There is more than a token on standard input.');
  const parts = value.split('.');
  const [header, claims, signature = ''] = parts;
  const opaque = {
    kind: 'opaque token',
    value,
    header: undefined,
    claims: undefined,
    signatureBytes: 0,
  } as const;
  const head = readPart(header);
  const cutOff = describeCutOff(parts, head);
  if (cutOff !== undefined) throw new UsageError(cutOff);
  if (!head) return opaque;
  // RFC 7516 §3.1
  if (parts.length === 5) return { ...opaque, kind: 'encrypted JWT', header: head };
  const body = readPart(claims);
  if (parts.length !== 3 || !body) return opaque;
  const signatureBytes = Buffer.from(signature, 'base64url').length;
  return { kind: 'JWT', value, header: head, claims: body, signatureBytes };
}

function findToken(text: string): string {
  const json = readJson(text);
  const token = json ? tokenWithin(json) : text;
  if (token === undefined) throw new UsageError(describeJson(json ?? {}));
  const other = describeOther(token);
  if (other !== undefined) throw new UsageError(other);
  return token
    .replace(/^(["'])(.*)\1$/s, '$2')
    .replace(/^Authorization:\s*/i, '')
    .replace(/^(Bearer|DPoP)(\s+|$)/i, '')
    .trim();
}

function readPart(part = ''): Claims | undefined {
  return /^[\w-]+$/.test(part) ? readJson(Buffer.from(part, 'base64url').toString()) : undefined;
}

function readJson(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
