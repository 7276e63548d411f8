import { ConfigurationError } from '../../ground/errors.js';
import { kindOf } from '../../ground/value-kind.js';
import { readNumber } from '../../options/option-values.js';

/** What users say of the JWTs that prove their clients. */
export interface AssertionOptions {
  /**
   * The claim `aud`, where the server wants another than its issuer, or than its token endpoint where no `issuer` is given to the
   * provider.
   */
  readonly audience?: string | undefined;
  /** The header `typ`; older servers may want `'JWT'`. Default `'client-authentication+jwt'`. */
  readonly typ?: string | undefined;
  /** How long each assertion is valid. ms, 5 000 to 1 hour. Default 60 000; servers often refuse more than 5 min. */
  readonly lifetimeMs?: number | undefined;
}

/** The same, checked and complete. */
export interface AssertionSettings {
  readonly audience: string | undefined;
  readonly typ: string;
  readonly lifetimeMs: number;
}

const LIFETIME = { min: 5_000, max: 3_600_000, default: 60_000 };
const DEFAULT_TYP = 'client-authentication+jwt';

/** No name of a key or an audience is as long. */
const MAX_LENGTH = 1_000;

/** @throws {ConfigurationError} when one of them is malformed */
export function readAssertionSettings({ audience, typ, lifetimeMs }: AssertionOptions): AssertionSettings {
  return {
    audience: readText('audience', audience),
    typ: readText('typ', typ) ?? DEFAULT_TYP,
    lifetimeMs: readNumber('lifetimeMs', lifetimeMs, LIFETIME),
  };
}

/** A text without blanks around it and without control characters, if it is given. */
export function readText(option: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '')
    throw new ConfigurationError(option, `must be a non-empty string; got ${kindOf(value)}.`);
  if (value !== value.trim() || /[\p{Cc}\p{Cs}]/u.test(value))
    throw new ConfigurationError(option, 'contains white space around it, or a control character.');
  if (value.length > MAX_LENGTH)
    throw new ConfigurationError(option, `has more than ${MAX_LENGTH} characters.`);
  return value;
}
