import { isSameName } from './header-list.js';

/**
 * The headers of an answer, in whichever form a client library has them: `Headers` of any fetch, axios's own class, or names
 * with one value or several.
 */
export type AnswerHeaders = Headers | Readonly<Record<string, unknown>> | undefined;

/** The text of `WWW-Authenticate`: several fields are joined, as RFC 9110 §5.3 allows. Empty if there is none. */
export function challengeIn(headers: AnswerHeaders): string {
  return headerIn(headers, 'www-authenticate') ?? '';
}

/** The text of a header; `undefined` if it is not there. */
export function headerIn(headers: AnswerHeaders, wanted: string): string | undefined {
  const found = entriesOf(headers).filter(([name]) => isSameName(name, wanted));
  return found.length > 0 ? found.map(([, value]) => String(value)).join(', ') : undefined;
}

/** A copy in the standard form. Fields that the standard does not allow are left out. */
export function toStandardHeaders(headers: AnswerHeaders): Headers {
  const standard = new Headers();
  for (const [name, value] of entriesOf(headers)) {
    try {
      standard.append(name, String(value));
    } catch {
      // A test's adapter may give names or values that no server can send.
    }
  }
  return standard;
}

/** One entry for each field. */
function entriesOf(headers: AnswerHeaders = {}): [name: string, value: unknown][] {
  const entries = isIterable(headers) ? [...headers] : Object.entries(headers);
  return entries.flatMap(([name, value]) => {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.filter(isThere).map((one): [string, unknown] => [name, one]);
  });
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

function isIterable(headers: object): headers is Iterable<[string, unknown]> {
  return Symbol.iterator in headers;
}
