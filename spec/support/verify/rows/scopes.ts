import { type Circumstances, type Outcome, type Row, row } from '../row.js';

const scope = (name: string, outcome: Outcome, claims: object, more: Circumstances = {}): Row =>
  row(`scope: ${name}`, outcome, { claims }, more);

const TYPES = { unlikeJose: 'jose knows nothing of scopes' };
const NEEDS = { needs: 'read', ...TYPES };
const PROOF = { unlikeJose: 'jose leaves proofs to its caller' };

/** What a token is good for, and who may use it. */
export const SCOPE_ROWS: readonly Row[] = [
  scope('absent', 'accepted', {}, { scope: [] }),
  scope('a text', 'accepted', { scope: 'read write' }, { scope: ['read', 'write'] }),
  scope('an empty text', 'accepted', { scope: '' }, { scope: [] }),
  scope('an array', 'accepted', { scope: ['read', 'write'] }, { scope: ['read', 'write'] }),
  scope('an empty array', 'accepted', { scope: [] }, { scope: [] }),
  scope('a number', 'ERR_TOKEN_CLAIMS', { scope: 5 }, TYPES),
  scope('an object', 'ERR_TOKEN_CLAIMS', { scope: { read: true } }, TYPES),
  scope('an array with a number', 'ERR_TOKEN_CLAIMS', { scope: ['read', 5] }, TYPES),
  scope('scp, a text', 'accepted', { scp: 'read write' }, { scope: ['read', 'write'] }),
  scope('scp, an array', 'accepted', { scp: ['read', 'write'] }, { scope: ['read', 'write'] }),
  scope('scp beside scope', 'accepted', { scope: 'read', scp: 'write' }, { scope: ['read'] }),
  scope('scp, a number', 'ERR_TOKEN_CLAIMS', { scp: 5 }, TYPES),

  scope('needed, and there', 'accepted', { scope: 'write read' }, { needs: 'read' }),
  scope('needed, and there in scp', 'accepted', { scp: ['read'] }, { needs: 'read' }),
  scope('two needed, and there', 'accepted', { scope: 'a b c' }, { needs: ['c', 'a'] }),
  scope('two needed, one there', 'ERR_TOKEN_SCOPE', { scope: 'a' }, { ...NEEDS, needs: ['a', 'b'] }),
  scope('needed, and absent', 'ERR_TOKEN_SCOPE', {}, NEEDS),
  scope('needed, and empty', 'ERR_TOKEN_SCOPE', { scope: '' }, NEEDS),
  scope('needed, another there', 'ERR_TOKEN_SCOPE', { scope: 'write' }, NEEDS),
  scope('needed, and in scp beside a scope without it', 'ERR_TOKEN_SCOPE', { scope: '', scp: 'read' }, NEEDS),
  scope('needed, and there in capitals', 'ERR_TOKEN_SCOPE', { scope: 'READ' }, NEEDS),
  scope('needed, and the start of one', 'ERR_TOKEN_SCOPE', { scope: 'read:all reader' }, NEEDS),

  row('cnf: a key to prove by DPoP', 'ERR_TOKEN_BOUND', { claims: { cnf: { jkt: 'x' } } }, PROOF),
  row('cnf: a certificate', 'ERR_TOKEN_BOUND', { claims: { cnf: { 'x5t#S256': 'x' } } }, PROOF),
  row('cnf: a kind of proof from the future', 'ERR_TOKEN_BOUND', { claims: { cnf: { new: 'x' } } }, PROOF),
  row('cnf: empty', 'ERR_TOKEN_BOUND', { claims: { cnf: {} } }, PROOF),
];
