import type { HttpAnswer } from './transport.js';

/** The members of a JSON object; `undefined` for any other body. A byte order mark is no part of it (RFC 8259 §8.1). */
export function readJsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.startsWith('\uFEFF') ? body.slice(1) : body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Names in a few words what came instead of the expected JSON, without repeating it. */
export function describeBody(answer: HttpAnswer): string {
  if (answer.body.trim() === '') return 'an empty body';
  if (isPage(answer)) return 'an HTML page';
  return readJsonObject(answer.body) ? 'JSON' : 'no JSON object';
}

/** Whether it is for the eyes of a person. */
export function isPage({ body, header }: HttpAnswer): boolean {
  const isNamed = /html/i.test(header('content-type') ?? '');
  return body.trim() !== '' && (isNamed || /^\s*<(!doctype|html)/i.test(body));
}
