import { BoundCredential } from '../../lib/attach/bound-credential.js';
import { BearerCredential } from '../../lib/attach/credential.js';
import { RejectionRule } from '../../lib/attach/rejection-rule.js';
import type { ProofKey } from '../../lib/oauth/dpop/proof-key.js';
import { ApiProver } from '../../lib/oauth/dpop/request-prover.js';

/** A bearer token, by the whole value of its header, whose answers are judged by the default. */
export function bearer(value: string): BearerCredential {
  return new BearerCredential(value, new RejectionRule(undefined));
}

/** A token that is bound to this key. */
export function bound(token: string, key: ProofKey): BoundCredential {
  return new BoundCredential({ token, prover: new ApiProver(key), rule: new RejectionRule(undefined) });
}
