import { inspect } from 'node:util';
import { expect } from 'chai';
import nodeFetch3 from 'node-fetch';
import nodeFetch2 from 'node-fetch-2';
import { Agent, type Dispatcher, interceptors, fetch as undiciFetch } from 'undici';
import { createAuthorizedFetch } from '../../lib/fetch.js';
import { tokenInterceptor } from '../../lib/undici.js';
import { ApiServer, redirecting } from '../support/api-server.js';
import { recognisableTokens } from '../support/recognisable-tokens.js';
import { warningsOf } from '../support/warnings.js';

type Fetch = typeof globalThis.fetch;

const DPOP = 'Authorization: DPoP';

/** Everything that a logger may print of it: as the console does, without bound, and as JSON. */
const printed = (value: unknown): string => {
  const seen = new WeakSet<object>();
  const once = (_: string, part: unknown): unknown => {
    if (typeof part === 'bigint' || typeof part === 'function') return String(part);
    if (typeof part !== 'object' || part === null) return part;
    if (seen.has(part)) return undefined;
    seen.add(part);
    return part instanceof Error
      ? { ...part, stack: part.stack, message: part.message, cause: part.cause }
      : part;
  };
  const options = { depth: Number.POSITIVE_INFINITY, maxArrayLength: null, maxStringLength: null };
  return [inspect(value), inspect(value, options), JSON.stringify(value, once), String(value)].join('\n');
};

/** What one call gives, whichever way it ends, all that hangs on it, and what it was sent by. */
type Send = (url: string, signal?: AbortSignal) => Promise<unknown>;

const fetchBy =
  (fetch?: unknown, { readsBody = true } = {}) =>
  (origins: string, header: string): Send => {
    const authorized = createAuthorizedFetch(
      recognisableTokens(() => undefined, header === DPOP),
      {
        origins,
        header,
        ...(fetch ? { fetch: fetch as Fetch } : {}),
      },
    );
    return async (url, signal) => {
      const response = await authorized(url, { method: 'POST', body: 'b', ...(signal && { signal }) });
      const text = readsBody && (await response.text());
      return { response, text, authorized };
    };
  };

const undiciBy =
  (...more: Dispatcher.DispatcherComposeInterceptor[]) =>
  (origins: string, header: string): Send => {
    const attached = tokenInterceptor(
      recognisableTokens(() => undefined, header === DPOP),
      { origins, header },
    );
    const dispatcher = new Agent().compose(attached, ...more);
    return async (url, signal) => {
      const { origin, pathname: path } = new URL(url);
      const answer = await dispatcher.request({
        origin,
        path,
        method: 'POST',
        body: 'b',
        signal: signal ?? null,
      });
      return { answer, text: await answer.body.text(), dispatcher };
    };
  };

const clients = {
  fetch: fetchBy(),
  'undici.fetch, given': fetchBy(undiciFetch),
  // Its bodies never end when the connection does.
  'node-fetch 2, given': fetchBy(nodeFetch2, { readsBody: false }),
  'node-fetch 3, given': fetchBy(nodeFetch3),
  undici: undiciBy(),
  'undici with redirects, retries and errors for answers': undiciBy(
    interceptors.redirect({ maxRedirections: 2 }),
    interceptors.retry({ maxRetries: 1, minTimeout: 1 }),
    interceptors.responseError(),
  ),
};

describe('no token is printed of what comes of an attached', () => {
  let api: ApiServer;
  let other: ApiServer;
  beforeEach(async () => {
    [api, other] = await Promise.all([ApiServer.start(), ApiServer.start()]);
  });
  afterEach(() => Promise.all([api, other].map((server) => server.stop())));

  const answering = (status: number) => () => {
    api.answer = (_, response) => response.writeHead(status, { 'X-Answer': 'body' }).end('body');
  };
  const ways: Readonly<Record<string, () => unknown>> = {
    'a 200': answering(200),
    'a 204': answering(204),
    'a 401 to each token': answering(401),
    'a 403': answering(403),
    'a 500': answering(500),
    'a connection that is reset': () => {
      api.answer = (_, response) => response.socket?.destroy();
    },
    'a connection that is reset in the midst of the answer': () => {
      api.answer = (_, response) => {
        response.writeHead(200, { 'Content-Length': '100' }).write('some');
        setImmediate(() => response.socket?.destroy());
      };
    },
    'an answer that is none': () => {
      api.answer = (_, response) => response.socket?.end('no HTTP\r\n\r\n');
    },
    'a redirect': () => {
      api.answer = redirecting('/from', `${other.origin}/to`);
    },
    'redirects without end': () => {
      api.answer = redirecting('/from', '/from');
    },
    'a redirect to what is no address': () => {
      api.answer = redirecting('/from', 'http://');
    },
    'an abort': () => {
      const controller = new AbortController();
      api.answer = () => controller.abort();
      return controller.signal;
    },
    'an abort with a reason': () => {
      const controller = new AbortController();
      api.answer = () => controller.abort(new Error('mine'));
      return controller.signal;
    },
    'a server that is gone': () => undefined,
  };

  for (const [client, attach] of Object.entries(clients)) {
    describe(client, () => {
      for (const [way, prepare] of Object.entries(ways)) {
        it(`by ${way}`, async () => {
          const isGone = way === 'a server that is gone';
          if (isGone) await api.stop();
          for (const header of ['Authorization: Bearer', DPOP, 'X-Token']) {
            const signal = prepare() as AbortSignal | undefined;
            const send = attach(api.origin, header);
            let outcome: unknown;
            const warnings = await warningsOf(async () => {
              outcome = await send(`${api.origin}/from`, signal).catch((error: unknown) => error);
            });
            const text = printed([outcome, warnings]);
            expect(text).to.not.match(/the-(first|second)-token/);
            expect(text).to.have.length.above(50);
          }
          expect(api.seen.length > 0).to.equal(!isGone);
        });
      }
    });
  }
});
