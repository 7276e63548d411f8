import type { ServerResponse } from 'node:http';
import { kindOf } from '../../ground/value-kind.js';

/** What a server answers. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or what becomes JSON. */
  readonly body: string | object;
}

/** An answer that is no success (RFC 6749 §5.2). */
export class Refusal extends Error {
  readonly answer: ServerAnswer;

  constructor(status: number, error: string, description: string, headers: ServerAnswer['headers'] = {}) {
    super(description);
    this.answer = { status, headers, body: { error, error_description: description } };
  }
}

/** The user's function gave no token. The test is told by whoever has asked, and at once, since nobody tries such a request again. */
export class FunctionFault extends Refusal {
  constructor(thrown: unknown) {
    super(400, 'invalid_request', `The function token of the server failed: ${wordsOf(thrown)}`);
  }
}

/** Anything can be thrown, even what throws again when it is looked at. */
function wordsOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return `it threw ${kindOf(thrown)} that cannot be shown.`;
  }
}

/** Sends the answer. Nothing of it may be stored (RFC 6749 §5.1), so that a test sees each request. */
export function send(response: ServerResponse, { status, headers = {}, body }: ServerAnswer): void {
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'Content-Type': isText ? 'text/plain' : 'application/json',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}
