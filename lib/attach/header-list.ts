/** Names and values, in the form in which they were given: a record, pairs, or a flat list as undici takes it. */
export type HeaderList = Readonly<Record<string, unknown>> | readonly unknown[];

/** A copy, so that whatever is read but once, or changes later, is read now. */
export function readHeaders(headers: unknown): HeaderList {
  if (headers === null || headers === undefined) return {};
  const given = headers as Iterable<unknown> | Record<string, unknown>;
  return Symbol.iterator in given ? [...(given as Iterable<unknown>)] : { ...given };
}

/** Whether one of these headers is there. */
export function namesHeader(headers: HeaderList, ...names: readonly string[]): boolean {
  const wanted = names.map((name) => name.toLowerCase());
  return namesIn(headers).some((name) => wanted.includes(name.toLowerCase()));
}

/** The same with a header more: order and spelling of the others stay as they are. */
export function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  if (!isList(headers)) return { ...headers, [name]: value };
  if (headers.length === 0) return { [name]: value };
  return isFlat(headers) ? [...headers, name, value] : [...headers, [name, value]];
}

/** In turn, as undici takes a list of them. */
export function flatten(headers: HeaderList): HeaderList {
  return isList(headers) && !isFlat(headers) ? headers.flat() : headers;
}

function namesIn(headers: HeaderList): string[] {
  if (!isList(headers)) return Object.keys(headers).filter((name) => headers[name] !== undefined);
  return isFlat(headers)
    ? headers.filter((_, index) => index % 2 === 0).map(String)
    : headers.map((pair) => String((pair as readonly unknown[])[0]));
}

function isList(headers: HeaderList): headers is readonly unknown[] {
  return Array.isArray(headers);
}

function isFlat([first]: readonly unknown[]): boolean {
  return !Array.isArray(first);
}
