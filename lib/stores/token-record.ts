import type { StoredToken } from '../ground/token-store.js';
import { isPlainObject } from '../ground/value-kind.js';
import { RecordFault, type Seal } from './token-seal.js';

/** Where and when a record is written or read. */
export interface RecordPlace {
  /** What the record is bound to: it opens for this alone. */
  readonly about: string;
  /** The time by the clock of the store, in ms since the epoch. */
  readonly nowMs: number;
}

/** Makes a record whose end is sealed with it, by the clock of the store: the clocks of writers and readers do not matter. */
export function writeRecord(
  { remainingMs, ...facts }: StoredToken,
  { about, nowMs }: RecordPlace,
  seal: Seal,
): Promise<string> {
  return seal.seal(JSON.stringify({ ...facts, storedAt: nowMs, expiresAt: nowMs + remainingMs }), about);
}

/** Two clocks of a store may tell the end of a record, and one a moment later: then it is just about to drop the record, in ms. */
const ENDING_MS = 1_000;

/**
 * Opens a record. `leftMs` is how long the store keeps it; `undefined` where it is at its end, and the store about to drop it.
 * @throws {RecordFault} when it is no token that was stored here, or is kept beyond its end
 */
export async function readRecord(
  record: string,
  { about, nowMs, leftMs }: RecordPlace & { readonly leftMs: number },
  seal: Seal,
): Promise<StoredToken | undefined> {
  const { storedAt, expiresAt, ...facts } = parse(await seal.open(record, about));
  // Others may change how long the store keeps a record, but not the sealed end. The earlier of both counts.
  if (!(leftMs >= 0)) throw new RecordFault('has no end in Redis');
  const remainingMs = Math.min(Number(expiresAt) - nowMs, leftMs);
  if (remainingMs <= 0 && leftMs <= ENDING_MS) return undefined;
  if (!(remainingMs > 0)) throw new RecordFault('has expired');
  if (!(Number(storedAt) <= nowMs))
    throw new RecordFault('was stored later than it is now, by the clock of Redis');
  // All facts are checked when the token is adopted (`sharing/adoption.ts`).
  return { ...(facts as Omit<StoredToken, 'remainingMs'>), remainingMs };
}

/** Without the words of JSON's own errors: they may quote a token. */
function parse(text: string): Record<string, unknown> {
  try {
    const facts: unknown = JSON.parse(text);
    if (isPlainObject(facts)) return facts;
  } catch {
    // As below.
  }
  throw new RecordFault('is not what this version writes');
}
