import type { ED25519KeyPairOptions } from 'node:crypto';
import { ConfigurationError } from '../../ground/errors.js';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';
import { kindOf } from '../../ground/value-kind.js';
import { readMembers, within } from '../../options/option-fields.js';
import { readChoice } from '../../options/option-values.js';
import type { DpopOptions } from '../../options/token-provider-options.js';
import { SIGNING_ALGORITHM_NAMES, type SigningAlgorithmName } from '../jwt/signing-algorithms.js';
import { SigningKey } from '../jwt/signing-key.js';
import { ProofKey } from './proof-key.js';

/** By way of PEM: Node.js 20 hangs now and then when it exports a key that it has just made. */
const AS_PEM: ED25519KeyPairOptions<'pem', 'pem'> = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
};

const makeEcKey = (namedCurve: string) =>
  nodeCrypto().generateKeyPairSync('ec', { namedCurve, ...AS_PEM }).privateKey;
const makeEdKey = () => nodeCrypto().generateKeyPairSync('ed25519', AS_PEM).privateKey;

/** How a key is made, as PEM; RSA takes too long for that. */
const MAKERS: Partial<Record<SigningAlgorithmName, () => string>> = {
  ES256: () => makeEcKey('P-256'),
  ES384: () => makeEcKey('P-384'),
  ES512: () => makeEcKey('P-521'),
  EdDSA: makeEdKey,
  Ed25519: makeEdKey,
};

/**
 * The key that the option of this name gives, or a new one.
 * @throws {ConfigurationError} when it is malformed, or processes that share tokens would each have a key of their own
 */
export function readDpop(dpop: unknown, hasStore: boolean): ProofKey | undefined {
  if (dpop === undefined || dpop === false) return undefined;
  const { key, alg } = dpop === true ? {} : readDpopFields(dpop);
  if (key !== undefined)
    return new ProofKey(within('dpop', () => SigningKey.read(key, { option: 'key', alg })));
  if (!hasStore) return new ProofKey(SigningKey.read(makeKey(alg), { option: 'key', alg }));
  throw new ConfigurationError(
    'dpop.key',
    'is missing. Processes that share tokens by a store must share the key, too.',
  );
}

function readDpopFields(dpop: unknown): DpopOptions {
  if (typeof dpop !== 'object')
    throw new ConfigurationError('dpop', `must be true, or { key, alg }; got ${kindOf(dpop)}.`);
  return readMembers<DpopOptions>('dpop', dpop, ['key', 'alg']);
}

function makeKey(alg: unknown = 'ES256'): string {
  const name = readChoice('dpop.alg', alg, SIGNING_ALGORITHM_NAMES);
  const make = MAKERS[name];
  if (make) return make();
  throw new ConfigurationError('dpop.alg', `${name} needs a dpop.key. Leave alg out for a new key of ES256.`);
}
