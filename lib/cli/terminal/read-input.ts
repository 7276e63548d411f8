import { UsageError } from '../usage/usage-error.js';
import type { Input } from './command-io.js';

/** No secret, token or request of another program is longer. */
const MAX_BYTES = 1_048_576;

/**
 * All that comes from standard input.
 * @throws {UsageError} when it does not end after 1 MiB
 */
export async function readInput(input: Input): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk as Uint8Array));
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new UsageError('Standard input holds more than 1 MiB: that is not it.');
  }
  return Buffer.concat(chunks).toString();
}
