import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SealingKeys } from './sealing-keys.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Names the version, the key, and what is sealed with it. */
const SEALED = /^m2m2\.([A-Za-z][\w-]*)\.([\w-]+)$/;
/** The version for text in clear. */
const CLEAR = 'm2m2-clear.';

/** Why a record is not what it should be. Its words hold nothing of the record. */
export class RecordFault extends Error {}

/** Turns a text into a record that only those who have the key can read or make, and back. */
export interface Seal {
  /** The record opens for the same `about` alone. */
  seal(text: string, about: string): Promise<string>;
  /** @throws {RecordFault} when it does not open */
  open(record: string, about: string): Promise<string>;
}

/** AES-256-GCM (NIST SP 800-38D). The first key seals, all of them open. */
export class KeySeal implements Seal {
  readonly #keys: SealingKeys;

  constructor(keys: SealingKeys) {
    this.#keys = keys;
  }

  async seal(text: string, about: string): Promise<string> {
    const id = this.#keys.firstId;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, await this.#keys.get(id), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(dataOf(id, about));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `m2m2.${id}.${sealed.toString('base64url')}`;
  }

  async open(record: string, about: string): Promise<string> {
    const [, id, text] = SEALED.exec(record) ?? [];
    if (id === undefined || text === undefined)
      throw new RecordFault('is not sealed in the way of this version');
    if (!this.#keys.has(id)) throw new RecordFault('is sealed with a key whose id is not among the keys');
    const sealed = Buffer.from(text, 'base64url');
    if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new RecordFault('is cut off');
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, await this.#keys.get(id), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(dataOf(id, about));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    try {
      return (
        decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    } catch {
      throw new RecordFault('does not open: it is forged, damaged, or of another target, prefix or key');
    }
  }
}

/** Text in clear, for those who ask for that. */
export class NoSeal implements Seal {
  async seal(text: string, about: string): Promise<string> {
    return headOf(about) + text;
  }

  async open(record: string, about: string): Promise<string> {
    const head = headOf(about);
    if (!record.startsWith(head))
      throw new RecordFault('is of another target or prefix, or not in clear in the way of this version');
    return record.slice(head.length);
  }
}

function headOf(about: string): string {
  return `${CLEAR}${createHash('sha256').update(about).digest('base64url')}.`;
}

function dataOf(keyId: string, about: string): Buffer {
  return Buffer.from(`m2m2.${keyId}\n${about}`, 'utf8');
}
