/** A body with more bytes than this is not kept. */
const MAX_KEPT_BYTES = 1_048_576;

/**
 * The bytes of a `Request`'s own body, so that it can be sent a second time. Whether they were a string or come from a stream
 * cannot be told from outside, so a copy of the stream is read beside the sending, as long as it is small.
 */
export class KeptBytes {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  /** @param reader of a copy */
  constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
    // What fails here fails the sending, too, and is told there.
    this.#read().catch(() => undefined);
  }

  /** All of them; `undefined` while there may be more, and where there are too many. */
  get whole(): Uint8Array<ArrayBuffer> | undefined {
    return this.#bytes;
  }

  /** Reads no further. */
  cancel(reason: unknown): void {
    this.#reader.cancel(reason).catch(() => undefined);
  }

  async #read(): Promise<void> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) {
      chunks.push(next.value);
      length += next.value.byteLength;
      if (length > MAX_KEPT_BYTES) return this.cancel(new RangeError('too large to be kept'));
    }
    this.#bytes = join(chunks, length);
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
