import { BearerCredential } from '../../lib/attach/credential.js';
import { RejectionRule } from '../../lib/attach/rejection-rule.js';

/** A bearer token, by the whole value of its header, whose answers are judged by the default. */
export function bearer(value: string): BearerCredential {
  return new BearerCredential(value, new RejectionRule(undefined));
}
