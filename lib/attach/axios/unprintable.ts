import { type InspectOptions, inspect } from 'node:util';

type Printable = Record<PropertyKey, unknown>;

/** What is shown of a request, an answer or an agent: nothing that holds a header. */
const SHOWN = [
  'method',
  'protocol',
  'host',
  'path',
  'url',
  '_currentUrl',
  'statusCode',
  'destroyed',
  'keepAlive',
  'maxSockets',
];

/** Whatever prints it, by itself or as part of something else, gets a summary. Its fields stay as they are. */
export function makeUnprintable(value: unknown): void {
  if (!isObject(value) || value.toJSON === summarize || !Object.isExtensible(value)) return;
  value.toJSON = summarize;
  value[inspect.custom] = print;
}

/** Fields of the requests of Node.js and follow-redirects that hold headers. */
const HEADER_FIELDS = ['_header', 'outputData', '_options'];
const HIDDEN: PropertyDescriptor = { enumerable: false };

/** A request that has been sent: neither a copy of its fields nor all of its headers at once show the token. */
export function makeRequestUnprintable(request: unknown, added: readonly string[]): void {
  if (!isObject(request)) return;
  makeUnprintable(request);
  for (const name of HEADER_FIELDS)
    if (Object.hasOwn(request, name)) Reflect.defineProperty(request, name, HIDDEN);
  const { getHeaders } = request;
  // pino takes it for an answer of a server, and writes all of its headers.
  if (typeof getHeaders === 'function' && !Object.hasOwn(request, 'getHeaders'))
    request.getHeaders = () => ({ ...getHeaders.call(request), ...hidden(added) });
}

/** In place of these headers. */
function hidden(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), '[hidden]']));
}

function print(this: Printable, _depth: number, options: InspectOptions): string {
  return `${this.constructor?.name ?? 'Object'} ${inspect(summarize.call(this), options)}`;
}

function summarize(this: Printable): Printable {
  return Object.fromEntries(
    SHOWN.filter((name) => isPrimitive(this[name])).map((name) => [name, this[name]]),
  );
}

function isPrimitive(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Printable {
  return typeof value === 'object' && value !== null;
}
