/** Names and values, in the form in which they were given: a record, pairs, or a flat list as undici takes it. */
export type HeaderList = Record<string, string> | string[] | [string, string][];

/** A copy, so that whatever is read but once, or changes later, is read now; lists in it included. */
export function readHeaders(headers: unknown): HeaderList {
  if (headers === null || headers === undefined) return {};
  const given = headers as Iterable<string> | Record<string, string>;
  if (isIterable(given)) return Array.from(given, copyList);
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, copyList(value)]));
}

function copyList<Value>(value: Value): Value {
  return Array.isArray(value) ? ([...value] as Value) : value;
}

export function isSameName(name: string, other: string): boolean {
  return name.length === other.length && name.toLowerCase() === other.toLowerCase();
}

/** Whether one of these headers is there. */
export function namesHeader(headers: HeaderList, ...names: readonly string[]): boolean {
  return namesIn(headers).some((name) => names.some((wanted) => isSameName(name, wanted)));
}

/** The same with a header more: order and spelling of the others stay as they are. */
export function withHeader(headers: HeaderList, name: string, value: string): HeaderList {
  if (!Array.isArray(headers)) return { ...headers, [name]: value };
  if (headers.length === 0) return { [name]: value };
  return isFlat(headers) ? [...headers, name, value] : [...headers, [name, value]];
}

/** In turn, as undici takes a list of them. */
export function flatten(headers: HeaderList): Record<string, string> | string[] {
  if (!Array.isArray(headers)) return headers;
  return isFlat(headers) ? headers : headers.flat();
}

function namesIn(headers: HeaderList): string[] {
  if (!Array.isArray(headers)) return Object.keys(headers).filter((name) => headers[name] !== undefined);
  return isFlat(headers) ? headers.filter((_, index) => index % 2 === 0) : headers.map(([name]) => name);
}

function isIterable<Item>(headers: Iterable<Item> | object): headers is Iterable<Item> {
  return Symbol.iterator in headers;
}

function isFlat(headers: string[] | [string, string][]): headers is string[] {
  return !Array.isArray(headers[0]);
}
