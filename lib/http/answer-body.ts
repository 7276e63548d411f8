import type { HttpAnswer } from './transport.js';

/** The members of a JSON object; `undefined` for any other body. */
export function readJsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Names in a few words what came instead of the expected JSON, without repeating it. */
export function describeBody({ body, header }: HttpAnswer): string {
  if (body.trim() === '') return 'an empty body';
  if (/html/i.test(header('content-type') ?? '') || /^\s*<(!doctype|html)/i.test(body)) return 'an HTML page';
  return readJsonObject(body) ? 'JSON' : 'no JSON object';
}
