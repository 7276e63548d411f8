/** So much of a body is read to its end, so that its connection can be used again. */
const MAX_DRAINED_BYTES = 1_048_576;

/** As node-fetch has it in place of a web stream. */
interface NodeStream {
  on(event: string, listener: (chunk: { length: number }) => void): unknown;
  destroy(): void;
}

/** Frees the connection of an answer that nobody will read. Errors are ignored: nobody uses the answer. */
export function release(response: Response): void {
  try {
    const { body } = response;
    if (body === null || body === undefined) return;
    if ('cancel' in body) Promise.resolve(body.cancel()).catch(() => undefined);
    else drain(body);
  } catch {
    // Somebody else reads it, then.
  }
}

/** Not destroyed at once: node-fetch 2 would never free the connection. */
function drain(stream: NodeStream): void {
  let left = MAX_DRAINED_BYTES;
  stream.on('error', () => undefined);
  stream.on('data', ({ length }) => {
    left -= length;
    if (left < 0) stream.destroy();
  });
}
