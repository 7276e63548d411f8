import { ConfigurationError } from '../../ground/errors.js';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';
import { kindOf } from '../../ground/value-kind.js';
import type { TokenRequestDraft } from '../../options/client-authenticator.js';
import { readFields } from '../../options/option-fields.js';
import { readChoice } from '../../options/option-values.js';
import { callUserFunction, userFunctionFailure } from '../client-authentication/user-function.js';
import { SIGNING_ALGORITHM_NAMES, type SigningAlgorithmName } from '../jwt/signing-algorithms.js';
import type { Signer, SignerSource } from './assertion-authenticator.js';
import { readSignature } from './signature.js';

/** Signs elsewhere, where the private key never leaves: a key service (KMS), an HSM, a TPM. */
export interface RemoteKey {
  /**
   * Signs the bytes of the JWS signing input (RFC 7515 §5.1), not their hash. ECDSA signatures may be of the form of RFC 7518 §3.4 or,
   * as key services give them, DER. The signal is aborted when the signature is no longer waited for.
   */
  sign(
    data: Uint8Array,
    context: { readonly signal: AbortSignal },
  ): Uint8Array | ArrayBuffer | Promise<Uint8Array | ArrayBuffer>;
  /** What it signs by (RFC 7518 §3.1, RFC 8037, RFC 9864). */
  readonly alg: SigningAlgorithmName;
}

const OF = { name: 'the function key.sign', reason: 'ERR_CLIENT_KEY' };

/** A key that is known by what it signs alone. */
export class RemoteSigner implements Signer, SignerSource {
  readonly alg: SigningAlgorithmName;
  readonly kid: string | undefined;
  /** Without a `kid` nobody can tell whether two of them sign by the same key: then they share no token. */
  readonly id: string;
  readonly #sign: RemoteKey['sign'];

  /** @throws {ConfigurationError} when a member is malformed */
  constructor(key: object, kid: string | undefined) {
    const { sign, alg } = readFields<RemoteKey>('key', key, ['sign', 'alg']);
    if (typeof sign !== 'function')
      throw new ConfigurationError('key.sign', `must be a function; got ${kindOf(sign)}.`);
    this.alg = readChoice('key.alg', alg, SIGNING_ALGORITHM_NAMES);
    this.kid = kid;
    this.id = `private_key_jwt ${kid === undefined ? `signer ${nodeCrypto().randomUUID()}` : `kid ${kid}`}`;
    // A method of the user's own object may look at `this`.
    this.#sign = (data, context) => sign.call(key as RemoteKey, data, context);
  }

  current(): Signer {
    return this;
  }

  async sign(input: string, request: TokenRequestDraft): Promise<Uint8Array> {
    const data = new TextEncoder().encode(input);
    const given = await callUserFunction(OF, () => this.#sign(data, { signal: request.signal }), request);
    const signature = readSignature(given, this.alg);
    if ('problem' in signature) throw userFunctionFailure(OF, signature.problem);
    return signature.bytes;
  }
}
