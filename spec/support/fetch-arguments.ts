import fc from 'fast-check';

/** How to make the arguments of one call of fetch: each time anew, since some can be used but once. */
export interface Recipe {
  readonly path: string;
  readonly input: string;
  readonly init: string;
  readonly inputMembers: MemberRecipes;
  readonly members: MemberRecipes;
}

/** Names of members, and of the values that they get. */
export type MemberRecipes = Readonly<Record<string, string>>;

export interface FetchArguments {
  readonly input: never;
  readonly init: never;
  /** Aborts the signals that are to be aborted on the way. */
  readonly abort: () => void;
}

type Make = (context: { signal: AbortSignal; origin: string }) => unknown;

const bytes = () => Buffer.from('some bytes');
const stream = () => new Blob(['streamed ', 'text']).stream();
async function* iterate() {
  yield Buffer.from('one, ');
  yield Buffer.from('two');
}
const form = () => {
  const made = new FormData();
  made.append('name', 'value');
  made.append('file', new File(['content'], 'a.txt', { type: 'text/plain' }));
  return made;
};
const text = (value: string) => ({ toString: () => value });

const VALUES: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  method: {
    GET: () => 'GET',
    get: () => 'get',
    POST: () => 'POST',
    post: () => 'post',
    PUT: () => 'PUT',
    DELETE: () => 'DELETE',
    HEAD: () => 'HEAD',
    PATCH: () => 'PATCH',
    OPTIONS: () => 'OPTIONS',
    custom: () => 'purge',
    object: () => text('POST'),
    TRACE: () => 'TRACE',
    bad: () => 'no method',
    null: () => null,
    symbol: () => Symbol('POST'),
  },
  headers: {
    record: () => ({ 'X-Record': '1', accept: 'text/plain' }),
    number: () => ({ 'X-Number': 5 }),
    undefined: () => ({ 'X-Undefined': undefined }),
    pairs: () => [
      ['X-Pair', '1'],
      ['X-Pair', '2'],
    ],
    Headers: () => new Headers({ 'X-Headers': '1' }),
    map: () => new Map([['X-Map', '1']]),
    once: () => new Map([['X-Once', '1']]).entries(),
    generator: () =>
      (function* () {
        yield ['X-Generated', '1'];
      })(),
    class: () =>
      new (class {
        'X-Own' = '1';
      })(),
    inherited: () => Object.create({ 'X-Inherited': '1' }),
    hidden: () => Object.defineProperty({}, 'X-Hidden', { value: '1' }),
    getter: () => ({
      get 'X-Getter'() {
        return '1';
      },
    }),
    type: () => ({ 'Content-Type': 'application/json' }),
    length: () => ({ 'X-Empty': '' }),
    symbol: () => ({ [Symbol('a')]: 'b' }),
    badName: () => ({ 'bad name': '1' }),
    badValue: () => ({ 'X-Bad': 'a\nb' }),
    badPair: () => [['X-Pair']],
    null: () => null,
    string: () => 'X-String: 1',
    array: () => [],
  },
  body: {
    text: () => 'some text',
    empty: () => '',
    number: () => 5,
    object: () => text('of an object'),
    bytes,
    view: () => new Uint16Array([65, 66, 67]),
    DataView: () => new DataView(new ArrayBuffer(3)),
    ArrayBuffer: () => new Uint8Array([65, 66]).buffer,
    parameters: () => new URLSearchParams({ a: '1 2', b: 'ä' }),
    form,
    blob: () => new Blob(['blob'], { type: 'text/css' }),
    stream,
    iterable: iterate,
    null: () => null,
    symbol: () => Symbol('body'),
  },
  duplex: { half: () => 'half', bad: () => 'full' },
  referrer: {
    none: () => '',
    client: () => 'about:client',
    address: () => 'https://referrer.example/page?q',
    same: ({ origin }) => `${origin}/page?q`,
    object: () => text('https://referrer.example/object'),
    bad: () => 'http://',
  },
  referrerPolicy: {
    empty: () => '',
    origin: () => 'origin',
    never: () => 'no-referrer',
    always: () => 'unsafe-url',
    bad: () => 'whatever',
  },
  mode: {
    cors: () => 'cors',
    same: () => 'same-origin',
    none: () => 'no-cors',
    navigate: () => 'navigate',
    bad: () => 'bad',
  },
  credentials: { omit: () => 'omit', include: () => 'include', same: () => 'same-origin', bad: () => 'bad' },
  cache: {
    store: () => 'no-store',
    reload: () => 'reload',
    cache: () => 'no-cache',
    cached: () => 'only-if-cached',
    object: () => text('default'),
    bad: () => 'bad',
  },
  redirect: {
    follow: () => 'follow',
    manual: () => 'manual',
    error: () => 'error',
    object: () => text('manual'),
    bad: () => 'bad',
    null: () => null,
  },
  integrity: {
    none: () => '',
    wrong: () => 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  },
  keepalive: { yes: () => true, no: () => false, object: () => ({}) },
  signal: {
    none: () => null,
    idle: () => new AbortController().signal,
    aborted: () => AbortSignal.abort(new RangeError('mine')),
    abortedPlainly: () => AbortSignal.abort(),
    abortedLater: ({ signal }) => signal,
    bad: () => ({}),
    number: () => 5,
  },
  window: { null: () => null, bad: () => ({}) },
  priority: { high: () => 'high', low: () => text('low') },
  dispatcher: { none: () => undefined },
  unknown: { some: () => 'thing' },
};

const make = (members: MemberRecipes, context: Parameters<Make>[0]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, VALUES[name]?.[value]?.(context)]),
  );

type MakeInit = (members: Record<string, unknown>, url: string) => unknown;
const INITS: Readonly<Record<string, MakeInit>> = {
  plain: (members) => members,
  none: () => undefined,
  null: () => null,
  inherited: (members) => Object.create(members),
  bare: (members) => Object.assign(Object.create(null), members),
  function: (members) => Object.assign(() => undefined, members),
  getters: (members) =>
    Object.defineProperties(
      {},
      Object.fromEntries(Object.entries(members).map(([name, value]) => [name, { get: () => value }])),
    ),
  class: (members) => {
    class Own {}
    for (const [name, value] of Object.entries(members))
      Object.defineProperty(Own.prototype, name, { get: () => value });
    return new Own();
  },
  proxy: (members) => new Proxy(members, {}),
  request: (members, url) => new Request(url, members as RequestInit),
  array: () => [],
  number: () => 5,
  string: () => 'POST',
  symbol: () => Symbol('init'),
  true: () => true,
};

class OwnRequest extends Request {}
class LyingRequest extends Request {
  constructor(url: string, init: RequestInit) {
    super(url, init);
    Object.defineProperty(this, 'url', { value: 'http://127.0.0.1:9/' });
  }
}

type MakeInput = (url: string, members: () => RequestInit) => unknown;
const INPUTS: Readonly<Record<string, MakeInput>> = {
  text: (url) => url,
  padded: (url) => ` ${url}\n`,
  capital: (url) => url.replace('http://127', 'HTTP://127'),
  fragment: (url) => `${url}#part`,
  URL: (url) => new URL(url),
  object: (url) => text(url),
  misleading: (url) => ({ url: 'http://127.0.0.1:9/', toString: () => url }),
  String: (url) => new String(url),
  array: (url) => [url],
  Request: (url, members) => new Request(url, members()),
  subclass: (url, members) => new OwnRequest(url, members()),
  lying: (url, members) => new LyingRequest(url, members()),
  copy: (url, members) => new Request(new Request(url, members())),
  used: (url, members) => {
    const request = new Request(url, members());
    request.text().catch(() => undefined);
    return request;
  },
  proxied: (url, members) => new Proxy(new Request(url, members()), {}),
  imitation: () => Object.create(Request.prototype),
  user: (url) => url.replace('//', '//user:password@'),
  relative: () => '/ok',
  empty: () => '',
  scheme: () => 'ftp://127.0.0.1/',
  data: () => 'data:,some%20data',
  undefined: () => undefined,
  null: () => null,
  symbol: () => Symbol('input'),
  number: () => 5,
};

/** `undefined` where a `Request` among them cannot be made. */
export function makeArguments(recipe: Recipe, origin: string): FetchArguments | undefined {
  const controller = new AbortController();
  const context = { signal: controller.signal, origin };
  const url = `${origin}${recipe.path}`;
  try {
    const input = INPUTS[recipe.input]?.(url, () => make(recipe.inputMembers, context) as RequestInit);
    const init = INITS[recipe.init]?.(make(recipe.members, context), url);
    const abort = () => controller.abort(new RangeError('late'));
    return { input: input as never, init: init as never, abort };
  } catch {
    return undefined;
  }
}

/** Few at a time, so that most calls are good ones. */
function membersOf(kinds: readonly string[]): fc.Arbitrary<MemberRecipes> {
  const one = fc
    .constantFrom(...kinds)
    .chain((name) =>
      fc.constantFrom(...Object.keys(VALUES[name] ?? {})).map((value): [string, string] => [name, value]),
    );
  return fc.array(one, { maxLength: 4 }).map((pairs) => {
    const members: Record<string, string> = Object.fromEntries(pairs);
    const needsMethod = 'body' in members && !('method' in members);
    return needsMethod ? { method: 'POST', ...members } : members;
  });
}

const names = Object.keys(VALUES);
const often = <Value extends string>(usual: readonly Value[], all: readonly Value[]) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...all) },
  );

/** Pairs of input and init of all kinds, for these paths. */
export function fetchRecipes(paths: readonly string[]): fc.Arbitrary<Recipe> {
  return fc.record({
    path: fc.constantFrom(...paths),
    input: often(['text', 'URL', 'Request'], Object.keys(INPUTS)),
    init: often(['plain', 'plain', 'none', 'inherited', 'request'], Object.keys(INITS)),
    inputMembers: membersOf(names),
    members: membersOf(names),
  });
}
