import { expect } from 'chai';
import fc from 'fast-check';
import nodeFetch3 from 'node-fetch';
import nodeFetch2 from 'node-fetch-2';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { fakeProvider } from '../../lib/testing.js';
import { ApiServer, redirecting, type Seen } from '../support/api-server.js';
import { fetchRecipes, makeArguments, type Recipe } from '../support/fetch-arguments.js';
import { rejection } from '../support/rejection.js';

type Fetch = typeof globalThis.fetch;

const source = fakeProvider({ token: 'the-token' });

const PATHS = ['/ok', '/ok?a=1&b=%C3%A4', '/status/204', '/status/404', '/large', '/never'];
const GOALS = ['same', 'other', 'back', 'loop', 'nowhere', 'bad', 'scheme', 'utf8', 'user'];
const REDIRECTS = [301, 302, 303, 307, 308].flatMap((status) =>
  GOALS.map((goal) => `/redirect/${status}/${goal}`),
);

/** Where fetch itself is wrong or cannot be followed, and what we do instead. */
const DIFFERENCES: readonly (readonly [reason: string, path: RegExp, recipe: RegExp])[] = [
  [
    'Node.js 20 and 22 lose the bytes of a body at a redirect; we send them',
    /redirect/,
    /bytes|ArrayBuffer|view/i,
  ],
  [
    'an integrity that is wrong for the first answer fails there, and no redirect is followed',
    /redirect/,
    /wrong/,
  ],
  ['fetch never ends where no-cors leads to another origin; we follow', /other|back|user/, /"mode":"none"/],
  [
    'fetch follows to an address with credentials in other modes than cors; we never do',
    /user/,
    /"mode":"same"/,
  ],
  ['fetch keeps a referrer cut short after another origin; we tell it anew to each', /back/, /"referrer":/],
  [
    'a stream in a Request is small enough to be sent again; fetch knows that of no stream',
    /redirect/,
    /"(stream|iterable)"/,
  ],
];

/** fetch refuses this method in this mode, but not where only one of them is in the init. */
const RARE = ['/ok', '/redirect/307/same'].map((path): [Recipe] => [
  { path, input: 'Request', init: 'plain', inputMembers: { mode: 'none' }, members: { method: 'PATCH' } },
]);

describe('an authorized fetch does what fetch does, whatever it is given', function () {
  this.timeout(240_000);
  let api: ApiServer;
  let other: ApiServer;
  let authorized: Fetch;
  let abort: () => void = () => undefined;

  const answer: ApiServer['answer'] = ({ url }, response) => {
    const [, kind, status, goal = ''] = url.split(/[/?]/);
    const location = new Map([
      ['same', '/ok?same'],
      ['other', `${other.origin}/ok`],
      ['back', `${other.origin}/redirect/${status}/home`],
      ['home', `${api.origin}/ok?home`],
      ['loop', url],
      ['bad', 'http://'],
      ['scheme', 'ftp://127.0.0.1/'],
      ['utf8', Buffer.from('/ok?ä').toString('latin1')],
      ['user', `${api.origin.replace('//', '//user:password@')}/ok`],
    ]).get(goal);
    if (kind === 'ok') response.end('yes');
    else if (kind === 'large') response.end('x'.repeat(100_000));
    else if (kind === 'never') {
      abort();
      // Whoever has no signal sees the connection end.
      setTimeout(() => response.destroy(), 20);
    } else response.writeHead(Number(status), location ? { Location: location } : {}).end('body');
  };

  before(async () => {
    [api, other] = await Promise.all([ApiServer.start(), ApiServer.start()]);
    for (const server of [api, other]) server.answer = answer;
    authorized = createAuthorizedFetch(source, { origins: api.origin });
  });
  after(() => Promise.all([api, other].map((server) => server.stop())));

  const run = async (fetch: Fetch, recipe: Recipe, origin: string) => {
    for (const server of [api, other]) server.seen.length = 0;
    const made = makeArguments(recipe, origin);
    if (!made) return undefined;
    abort = made.abort;
    const outcome = await settle(() => fetch(made.input, made.init));
    const tokens = [api, other].map(({ seen }) => seen.map(({ headers }) => headers.authorization));
    return { tokens, shown: { outcome, used: isUsed(made.input), seen: [api, other].map(shownOf) } };
  };

  for (const isForeign of [false, true]) {
    it(`to ${isForeign ? 'a foreign' : 'an allowed'} origin`, async () => {
      const { origin } = isForeign ? other : api;
      let carried = 0;
      const check = async (recipe: Recipe) => {
        if (isDifferent(recipe)) return;
        const plain = await run(fetch, recipe, origin);
        const own = await run(authorized, recipe, origin);
        expect(own?.shown).to.deep.equal(plain?.shown);
        const [toApi = [], toOther = []] = own?.tokens ?? [];
        expect(toOther.filter(Boolean)).to.deep.equal([]);
        carried += toApi.filter(Boolean).length;
      };
      const property = fc.asyncProperty(fetchRecipes([...PATHS, ...REDIRECTS]), check);
      await fc.assert(property, { numRuns: 2_000, examples: RARE });
      if (isForeign) expect(carried).to.equal(0);
      else expect(carried).to.be.above(500);
    });
  }
});

describe('an authorized fetch', () => {
  let api: ApiServer;
  let other: ApiServer;
  beforeEach(async () => {
    [api, other] = await Promise.all([ApiServer.start(), ApiServer.start()]);
  });
  afterEach(() => Promise.all([api, other].map((server) => server.stop())));

  it('takes a Request as init, with its method, body and signal, to any origin', async () => {
    const authorized = createAuthorizedFetch(source, { origins: api.origin });
    for (const { origin, seen } of [api, other]) {
      const init = { method: 'POST', body: 'text', headers: { 'x-a': '1' } };
      await authorized(origin, new Request('http://localhost/', init));
      expect(seen.map(({ method, body, headers }) => [method, body, headers['x-a']])).to.deep.equal([
        ['POST', 'text', '1'],
      ]);
      const signal = AbortSignal.abort(new RangeError('mine'));
      const aborted = authorized(origin, new Request('http://localhost/', { signal }));
      expect(await rejection(aborted)).to.equal(signal.reason);
    }
  });

  for (const [name, given] of [
    ['node-fetch 2', nodeFetch2],
    ['node-fetch 3', nodeFetch3],
  ] as const) {
    it(`takes no token to another port or name by ${name}, which would`, async () => {
      const authorized = createAuthorizedFetch(source, { origins: api.origin, fetch: given as Fetch });
      const localhost = api.origin.replace('127.0.0.1', 'localhost');
      for (const goal of [other.origin, localhost]) {
        for (const server of [api, other]) server.seen.length = 0;
        api.answer = redirecting('/from', `${goal}/to`);
        expect((await authorized(`${api.origin}/from`)).status).to.equal(200);
        const [first, ...others] = [...api.tokens, ...other.tokens];
        expect([first, others]).to.deep.equal(['the-token', ['none']]);
      }
    });
  }
});

function isDifferent(recipe: Recipe): boolean {
  const text = JSON.stringify({ ...recipe, path: undefined });
  return DIFFERENCES.some(([, path, words]) => path.test(recipe.path) && words.test(text));
}

async function settle(call: () => Promise<Response>) {
  try {
    const response = await call();
    const { status, statusText, redirected, url, headers } = response;
    const body = await response.text().catch((error: Error) => error.name);
    return { status, statusText, redirected, url, body, location: headers.get('location') };
  } catch (error) {
    if (!(error instanceof Error)) return { thrown: error };
    return { thrown: error.name, class: error.constructor.name };
  }
}

function isUsed(input: unknown): boolean | undefined {
  try {
    return (input as Request).bodyUsed;
  } catch {
    return undefined;
  }
}

function shownOf({ seen }: ApiServer): Seen[] {
  const shown = seen.map(({ headers, ...others }) => {
    const { authorization: _, connection: __, ...rest } = headers;
    return { ...others, headers: rest };
  });
  // Drawn by chance.
  return JSON.parse(JSON.stringify(shown).replaceAll(/formdata-undici-\d+/g, 'boundary'));
}
