import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { pino } from 'pino';

/** What a logger writes, as text. */
function written(write: (stream: Writable) => void): string {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  write(stream);
  return chunks.join('');
}

const UNLIMITED = {
  depth: Number.POSITIVE_INFINITY,
  maxArrayLength: Number.POSITIVE_INFINITY,
  maxStringLength: Number.POSITIVE_INFINITY,
};

/** How people print things, by what they would write. */
const WAYS: Readonly<Record<string, (value: unknown) => string>> = {
  'console.log(it)': (it) => written((stream) => new Console(stream).log(it)),
  'console.log({ it })': (it) => written((stream) => new Console(stream).log({ it })),
  'console.error("%s", it)': (it) => written((stream) => new Console(stream).error('%s', it)),
  'inspect(it)': (it) => inspect(it),
  'inspect(it, { depth: Infinity })': (it) => inspect(it, UNLIMITED),
  'inspect({ ...it }, { depth: Infinity })': (it) => inspect({ ...(it as object) }, UNLIMITED),
  'format("%O %j", it, it)': (it) => format('%O %j', it, it),
  'String(it)': (it) => String(it),
  'it.stack': (it) => String((it as Error).stack),
  'JSON.stringify(it)': (it) => JSON.stringify(it),
  'JSON.stringify({ it })': (it) => JSON.stringify({ it }),
  'JSON.stringify({ ...it })': (it) => JSON.stringify({ ...(it as object) }),
  'pino.info(it)': (it) => written((stream) => pino({}, stream).info(it)),
  'pino.info({ it })': (it) => written((stream) => pino({}, stream).info({ it })),
  'pino.error({ err: it })': (it) => written((stream) => pino({}, stream).error({ err: it })),
};

/** Where one of these texts shows: which thing, by which way of printing it. */
export function leaksOf(things: Readonly<Record<string, unknown>>, secrets: readonly string[]): string[] {
  return Object.entries(things).flatMap(([name, thing]) =>
    Object.entries(WAYS)
      .filter(([, print]) => secrets.some((secret) => printed(thing, print).includes(secret)))
      .map(([way]) => `${way} of ${name}`),
  );
}

/** What cannot be printed that way, such as circles as JSON, leaves an error. */
function printed(thing: unknown, print: (thing: unknown) => string): string {
  try {
    return thing ? String(print(thing)) : '';
  } catch (error) {
    return inspect(error, UNLIMITED);
  }
}
