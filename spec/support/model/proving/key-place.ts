import { fileURLToPath } from 'node:url';
import { type FileText, TextFile } from '../../../../lib/ground/files/text-file.js';
import { ModelKey } from './model-key.js';

/** What stands in the key file: the key, a part of it, something else, or there is no file. */
export type FileState = 'whole' | 'half-written' | 'empty' | 'missing' | 'public';

const FILES: Record<FileState, (key: ModelKey) => FileText> = {
  whole: ({ text }) => ({ text }),
  'half-written': ({ text }) => ({ text: text.slice(0, text.length / 2) }),
  empty: () => ({ text: '' }),
  public: ({ jwk }) => ({ text: JSON.stringify(jwk) }),
  missing: () => ({ problem: 'cannot be read (ENOENT)' }),
};

const KEYS = ['key-a', 'key-b', 'key-c'].map((kid) => new ModelKey(kid));

const keyAt = (turn: number): ModelKey => KEYS[turn % KEYS.length] as ModelKey;

/** Where a client has its key, and which one its server takes: each of the two may be the first to change. */
export class KeyPlace {
  fileState: FileState = 'whole';
  /** How often anything has changed here: who sees the same number twice has seen the same keys. */
  edition = 0;
  /** Told when the file is read. */
  onRead: (() => void) | undefined;
  #heldTurn = 0;
  #takenTurn = 0;

  /** The key of the client. */
  get held(): ModelKey {
    return keyAt(this.#heldTurn);
  }

  /** The key that its server takes. */
  get taken(): ModelKey {
    return keyAt(this.#takenTurn);
  }

  rotateClient(): void {
    this.#heldTurn += 1;
    this.edition += 1;
  }

  rotateServer(): void {
    this.#takenTurn += 1;
    this.edition += 1;
  }

  write(state: FileState): void {
    this.fileState = state;
    this.edition += 1;
  }

  /** Both have the same key, and the file holds it. */
  heal(): void {
    this.#heldTurn = this.#takenTurn;
    this.write('whole');
  }

  /**
   * Some file that is there. What is read of it comes from here: real reading takes turns of the event loop, and virtual time would
   * go by days meanwhile.
   */
  readonly file = fileURLToPath(import.meta.url);

  /** @returns what puts real files back into their place */
  install(): () => void {
    const { read, readNow } = TextFile.prototype;
    TextFile.prototype.readNow = () => this.#text;
    TextFile.prototype.read = async () => {
      this.onRead?.();
      return this.#text;
    };
    return () => Object.assign(TextFile.prototype, { read, readNow });
  }

  get #text(): FileText {
    return FILES[this.fileState](this.held);
  }
}
