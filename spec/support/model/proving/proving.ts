import { type ClientAuthenticator, privateKeyJwt } from '../../../../lib/client-auth.js';
import type { TokenProviderOptions } from '../../../../lib/index.js';
import type { Expect } from '../expectations.js';
import { KeyPlace } from './key-place.js';
import { ModelKey } from './model-key.js';
import { ProofOracle } from './proof-oracle.js';

/** How the client of a world proves itself. */
export interface ProvingBy {
  readonly by: 'secret' | 'file' | 'signer';
  /** Whether its tokens are bound to a key. */
  readonly dpop: boolean;
}

/** Gives what it is told to give, or fails in its way. */
type Supply = (give: () => unknown) => unknown;

const DPOP_KEY = new ModelKey('dpop');

/** A client that proves itself by a key, where a world has one. */
export class Proving {
  readonly keys: KeyPlace | undefined;
  readonly oracle: ProofOracle;
  readonly options: Partial<TokenProviderOptions>;
  /** Puts real files back into their place. */
  readonly restore: () => void;
  readonly tokenType: string;

  constructor(
    { by, dpop }: ProvingBy,
    expect: Expect,
    readonly supply: Supply,
    /** Whether the signer is able to sign, as it is now. */
    readonly canSign: () => boolean,
  ) {
    this.keys = by === 'secret' ? undefined : new KeyPlace();
    this.oracle = new ProofOracle(expect, this.keys, dpop ? DPOP_KEY : undefined);
    this.tokenType = dpop ? 'DPoP' : 'Bearer';
    this.restore = this.keys?.install() ?? (() => undefined);
    const authentication =
      this.keys && this.#watched(by === 'file' ? fromFile(this.keys) : this.#signer(this.keys));
    if (this.keys && by === 'file')
      this.keys.onRead = () => this.oracle.noteUse(this.keys?.fileState === 'whole');
    this.options = {
      ...(authentication && { authentication }),
      ...(dpop && { dpop: { key: DPOP_KEY.privateKey } }),
    };
  }

  heal(): void {
    this.keys?.heal();
    const { nonces } = this.oracle;
    if (nonces.habit !== 'none') nonces.habit = 'steady';
  }

  #signer(keys: KeyPlace): ClientAuthenticator {
    const sign = (data: Uint8Array) => {
      this.oracle.noteUse(this.canSign());
      const { held } = keys;
      return this.supply(() => held.sign(data)) as Uint8Array;
    };
    return privateKeyJwt({ key: { sign, alg: 'ES256' }, kid: 'remote' });
  }

  /** The same, and the oracle hears of it. */
  #watched(own: ClientAuthenticator): ClientAuthenticator {
    return {
      id: own.id,
      authenticate: (request) => own.authenticate(request),
      secrets: () => own.secrets(),
      ...(own.renew && {
        renew: (request, refused) => {
          this.oracle.noteAsked();
          return own.renew?.(request, refused) ?? false;
        },
      }),
    };
  }
}

function fromFile({ file }: KeyPlace): ClientAuthenticator {
  return privateKeyJwt({ key: { file } });
}
