import type { JsonWebKeyInput, KeyObject } from 'node:crypto';
import { isCryptoKey, isKeyObject } from 'node:util/types';
import { ConfigurationError } from '../../ground/errors.js';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';
import { isPlainObject, kindOf } from '../../ground/value-kind.js';
import { readable } from '../../options/option-fields.js';
import { readChoice } from '../../options/option-values.js';
import {
  SIGNING_ALGORITHM_NAMES,
  SIGNING_ALGORITHMS,
  type SigningAlgorithmName,
} from './signing-algorithms.js';

/** RFC 7518 §3.3. */
const MIN_RSA_BITS = 2_048;

/** The members that a key's thumbprint is made of, in their order (RFC 7638 §3.2, RFC 8037 §2). */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
};

/** What else an option says of its key. */
export interface KeyRules {
  /** How the option is named in errors. */
  readonly option: string;
  /** The algorithm that is asked for, if any. */
  readonly alg?: unknown;
  /** Its name, where it is to be called otherwise than the key itself says. */
  readonly kid?: string | undefined;
}

/** A private key, and how it signs. No inspection reaches the key. */
export class SigningKey {
  readonly alg: SigningAlgorithmName;
  /** Its name, where it has one. */
  readonly kid: string | undefined;
  /** Its public half. */
  readonly jwk: Readonly<Record<string, string>>;
  /** Of the public half (RFC 7638). */
  readonly thumbprint: string;
  readonly #key: KeyObject;

  private constructor(key: KeyObject, alg: SigningAlgorithmName, kid: string | undefined) {
    this.#key = key;
    this.alg = alg;
    this.kid = kid;
    this.jwk = publicHalf(key);
    this.thumbprint = nodeCrypto().createHash('sha256').update(JSON.stringify(this.jwk)).digest('base64url');
  }

  /**
   * Reads a private key: PEM, JWK (an object, or its JSON), a `KeyObject` or a `CryptoKey`. Errors repeat nothing of it.
   * @throws {ConfigurationError} when it is no private key, too weak, or does not fit the algorithm
   */
  static read(value: unknown, { option, alg, kid: name }: KeyRules): SigningKey {
    const named = alg === undefined ? undefined : readChoice('alg', alg, SIGNING_ALGORITHM_NAMES);
    const {
      key,
      kid,
      alg: own,
    } = open(
      readable(option, () => copyJwk(value)),
      option,
    );
    const wanted = named ?? SIGNING_ALGORITHM_NAMES.find((name) => name === own);
    return new SigningKey(key, checkFit(key, wanted, option), name ?? kid);
  }

  sign(data: string): Buffer {
    const { hash, options } = SIGNING_ALGORITHMS[this.alg];
    return nodeCrypto().sign(hash, Buffer.from(data), { key: this.#key, ...options() });
  }
}

/** What can be changed is copied, and looked at once. */
function copyJwk(value: unknown): unknown {
  if (isKeyObject(value) || isCryptoKey(value)) return value;
  if (Buffer.isBuffer(value)) return value.toString();
  return isPlainObject(value) ? { ...value } : value;
}

interface Opened {
  readonly key: KeyObject;
  readonly kid?: string | undefined;
  readonly alg?: unknown;
}

function open(value: unknown, option: string): Opened {
  if (isKeyObject(value)) return { key: mustBePrivate(value.type, option, () => value) };
  if (isCryptoKey(value))
    return { key: mustBePrivate(value.type, option, () => nodeCrypto().KeyObject.from(value)) };
  if (typeof value === 'string') return openText(value.trim(), option);
  if (isPlainObject(value)) return openJwk(value, option);
  const forms = 'a PEM text, a JWK, a KeyObject or a CryptoKey';
  throw new ConfigurationError(option, `must be a private key: ${forms}; got ${kindOf(value)}.`);
}

function openText(text: string, option: string): Opened {
  if (text.startsWith('{')) return openJwk(parseOrFail(text, option), option);
  const isPublicAlone =
    /-----BEGIN [A-Z ]*(PUBLIC KEY|CERTIFICATE)/.test(text) && !/PRIVATE KEY-----/.test(text);
  if (isPublicAlone) throw isPublic(option);
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(text)) {
    const mend = 'Give createPrivateKey({ key, passphrase }) of node:crypto, or decrypt it first';
    throw new ConfigurationError(option, `is encrypted. ${mend}.`);
  }
  // Environment variables often hold a PEM text with its line breaks written out.
  const pem = text.includes('\n') ? text : text.replaceAll('\\n', '\n');
  return { key: create(pem, option) };
}

function openJwk(jwk: Readonly<Record<string, unknown>>, option: string): Opened {
  if (jwk.kty === 'oct') throw new ConfigurationError(option, 'is a secret (kty oct), not a private key.');
  if (jwk.d === undefined && jwk.kty !== undefined) throw isPublic(option);
  const { kid, alg } = jwk;
  const key = create({ key: jwk as JsonWebKeyInput['key'], format: 'jwk' }, option);
  return { key, kid: typeof kid === 'string' ? kid : undefined, alg };
}

function parseOrFail(text: string, option: string): Readonly<Record<string, unknown>> {
  try {
    const jwk: unknown = JSON.parse(text);
    if (isPlainObject(jwk)) return jwk;
  } catch {
    // As below: the words of JSON's own errors quote the text.
  }
  throw unreadable(option);
}

function create(form: string | JsonWebKeyInput, option: string): KeyObject {
  const { createPrivateKey } = nodeCrypto();
  try {
    return createPrivateKey(form);
  } catch {
    throw unreadable(option);
  }
}

function mustBePrivate(type: string, option: string, key: () => KeyObject): KeyObject {
  if (type === 'private') return key();
  if (type === 'public') throw isPublic(option);
  throw new ConfigurationError(option, 'is a secret key, not a private key.');
}

function checkFit(
  key: KeyObject,
  wanted: SigningAlgorithmName | undefined,
  option: string,
): SigningAlgorithmName {
  const { modulusLength = MIN_RSA_BITS } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) {
    throw new ConfigurationError(
      option,
      `has ${modulusLength} bits; RSA needs ${MIN_RSA_BITS} (RFC 7518 §3.3).`,
    );
  }
  const found = SIGNING_ALGORITHM_NAMES.find((name) => SIGNING_ALGORITHMS[name].fits(key));
  if (!found) {
    throw new ConfigurationError(
      option,
      'is of a kind that signs no JWT. Use RSA, P-256, P-384, P-521 or Ed25519.',
    );
  }
  if (wanted === undefined || SIGNING_ALGORITHMS[wanted].fits(key)) return wanted ?? found;
  throw new ConfigurationError('alg', `${wanted} does not fit the key, which can sign by ${found}.`);
}

function publicHalf(key: KeyObject): Readonly<Record<string, string>> {
  const jwk = nodeCrypto().createPublicKey(key).export({ format: 'jwk' }) as Record<string, string>;
  const members = THUMBPRINT_MEMBERS[jwk.kty ?? ''] ?? [];
  return Object.freeze(Object.fromEntries(members.map((name) => [name, jwk[name] ?? ''])));
}

function isPublic(option: string): ConfigurationError {
  return new ConfigurationError(option, 'is a public key. Give the private key that belongs to it.');
}

function unreadable(option: string): ConfigurationError {
  return new ConfigurationError(
    option,
    'cannot be read as a private key. Is the PEM or JWK whole, PKCS #8, PKCS #1 or SEC 1?',
  );
}
