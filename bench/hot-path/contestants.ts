import { LIBRARY, contestants as peers, versionOf } from '../day/contestants.js';

/** A way to ask for tokens as the parent knows it, which does not import it. */
export interface Contestant {
  readonly name: string;
  readonly version: string;
  readonly isOwn: boolean;
  /** In `subjects/`. */
  readonly file: string;
  /** Which of the ways in that file. */
  readonly detail: string;
  /** For how many clients tokens are held. */
  readonly held: number;
  /** How many of them are asked for. */
  readonly asked: number;
}

export const CALLS = {
  plain: 'getToken()',
  measured: 'getToken(), with metrics and channels',
  handle: 'handle.getToken()',
  keyed: 'getToken({ … })',
  keyedDefault: 'getToken({ … }), the default client',
  keyedAgain: 'getToken(options)',
  peek: 'peek()',
} as const;

const VERSION = versionOf({ name: LIBRARY, file: LIBRARY, packageAt: '../../' });
const MANY = 1_000;
export const MOST = 100_000;

export const own: readonly Contestant[] = [
  ownCall(CALLS.plain, 1),
  ownCall(CALLS.plain, MOST),
  ownCall(CALLS.measured, 1),
  ...[CALLS.handle, CALLS.keyed].flatMap((call) => [
    ownCall(call, 1),
    ownCall(call, MANY),
    ownCall(call, MOST),
    ownCall(call, MANY, MANY),
    ownCall(call, MOST, MANY),
  ]),
  ownCall(CALLS.keyedAgain, 1),
  ownCall(CALLS.keyedAgain, MOST),
  ownCall(CALLS.keyedDefault, 1),
  ownCall(CALLS.peek, 1),
  ownCall(CALLS.peek, MOST),
];

export const others: readonly Contestant[] = [
  ...peers
    .filter(({ name }) => name !== LIBRARY)
    .flatMap((peer) => {
      const { name, file } = peer;
      const one = { name, version: versionOf(peer), isOwn: false, held: 1, asked: 1 };
      return file === 'azure-msal-node'
        ? [1, 500].map((count) => ({ ...one, file, detail: '', held: count, asked: count }))
        : [{ ...one, file: 'peer', detail: file }];
    }),
  ...['lru-cache', 'async-cache-dedupe', 'p-memoize'].flatMap((name) =>
    [1, MANY].map((count) => ({
      name,
      version: versionOf({ name, file: name, packageAt: `../node_modules/${name}/` }),
      isOwn: false,
      file: name,
      detail: '',
      held: count,
      asked: count,
    })),
  ),
];

function ownCall(call: string, held: number, asked = 1): Contestant {
  return { name: call, version: VERSION, isOwn: true, file: LIBRARY, detail: call, held, asked };
}
