import type { Row } from './row.js';
import { CLAIM_ROWS } from './rows/claims.js';
import { HEADER_ROWS } from './rows/headers.js';
import { KEY_ROWS } from './rows/keys.js';
import { SCOPE_ROWS } from './rows/scopes.js';
import { SHAPE_ROWS } from './rows/shapes.js';

/** Tokens, and what becomes of each: of its claims, its header, its key, its shape. */
export const ROWS: Readonly<Record<string, readonly Row[]>> = {
  claims: CLAIM_ROWS,
  'scopes and proofs': SCOPE_ROWS,
  headers: HEADER_ROWS,
  keys: KEY_ROWS,
  shapes: SHAPE_ROWS,
};
