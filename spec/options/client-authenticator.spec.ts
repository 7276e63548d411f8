import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import {
  TokenEndpointError,
  TokenProviderError,
  TokenRequestError,
  TokenUnavailableError,
} from '../../lib/ground/errors.js';
import { keyOf, type Target } from '../../lib/oauth/target.js';
import { type InTurn, TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import type {
  ClientAuthenticator,
  ClientProof,
  TokenRequestDraft,
} from '../../lib/options/client-authenticator.js';
import { EntryStage } from '../support/entry-stage.js';
import { rejection } from '../support/rejection.js';
import type { ScriptedRequest } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { target } from '../support/target.js';
import { watchUnhandled } from '../support/unhandled.js';
import { VirtualTime } from '../support/virtual-time.js';

/** Not the shape of a JWT, which is hidden whoever sends it; with what each encoding writes otherwise. */
const KEY = `k3y-"of"-<acme>&co/+=%7e`;

/**
 * Proves the client by what is in a file, which somebody else may replace at any time: as Kubernetes does with the tokens of
 * service accounts (RFC 7523 §2.2). Written for this spec alone.
 */
class KeyFile implements ClientAuthenticator {
  readonly id = 'key-file';
  readonly drafts: TokenRequestDraft[] = [];
  readonly #keys: string[] = [];

  constructor(readonly file: string) {}

  async authenticate(draft: TokenRequestDraft): Promise<ClientProof> {
    this.drafts.push(draft);
    if (this.#keys.length === 0) await this.#read();
    return {
      parameters: {
        client_id: draft.clientId,
        client_assertion_type: 'urn:example:key',
        client_assertion: this.#keys.at(-1) ?? '',
      },
    };
  }

  async renew(): Promise<boolean> {
    const before = this.#keys.at(-1);
    return (await this.#read()) !== before;
  }

  secrets(): readonly string[] {
    return this.#keys;
  }

  async #read(): Promise<string> {
    const key = await readFile(this.file, 'utf8');
    this.#keys.push(key);
    return key;
  }
}

/** In a few words: the parts of a method that a spec cares for. */
function methodOf(parts: Partial<ClientAuthenticator> & Pick<ClientAuthenticator, 'authenticate'>) {
  return { id: 'own-method', secrets: () => [KEY], ...parts };
}

/** In which ways the text may come back from a server or a proxy. */
function spellingsOf(text: string): string[] {
  const percent = [encodeURIComponent(text), new URLSearchParams({ '': text }).toString().slice(1)];
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    text,
    ...percent,
    ...percent.map((form) => form.replace(/%../g, (octet) => octet.toLowerCase())),
    btoa(text),
    btoa(text).replace(/=+$/, ''),
    Buffer.from(text).toString('base64url'),
    JSON.stringify(text).slice(1, -1),
    html,
    html.replaceAll('"', '&quot;'),
  ];
}

/** Whatever can be seen of an error: by `inspect`, by JSON, and in the text of its fields and of its cause's. */
function everythingOf(error: Error): string {
  const fields = [error, (error.cause ?? {}) as object].flatMap((holder) =>
    Object.getOwnPropertyNames(holder).map((name) => String(Reflect.get(holder, name))),
  );
  return [inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), ...fields].join('\n');
}

describe('a client authentication of another kind', () => {
  let time: VirtualTime;
  let stage: EntryStage;
  let unhandled: ReturnType<typeof watchUnhandled>;
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'key-'));
    file = path.join(folder, 'key');
    await writeFile(file, KEY);
    unhandled = watchUnhandled();
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
    stage = new EntryStage({ requestTimeoutMs: 1_000, retry: { retries: 0 } });
    stage.server.respond = (request, count) => request.grant(`t${count}`);
  });
  afterEach(async () => {
    await stage.close();
    expect(time.armed).to.equal(0);
    expect(await unhandled()).to.deep.equal([]);
    sinon.restore();
    time.restore();
    await rm(folder, { recursive: true });
  });

  const by = (authenticator: ClientAuthenticator): Target => ({ ...target, authenticator });
  const atOnce: InTurn = (work) => work();
  const never = new AbortController().signal;
  const request = (authenticator: ClientAuthenticator, signal = never, inTurn: InTurn = atOnce) =>
    new TokenEndpoint(settings({ http: stage.server.http, requestTimeoutMs: 1_000 })).requestToken(
      by(authenticator),
      signal,
      inTurn,
    );
  const keysSent = () => stage.forms.map((form) => form.get('client_assertion'));
  const refuseOnce = (scripted: ScriptedRequest, count: number) =>
    count === 1 ? scripted.refuse('invalid_client', 401) : scripted.grant('t2');
  const hang = () => new Promise<never>(() => undefined);
  const lateFailure = () => {
    let fail = (_: Error): void => undefined;
    const promise = new Promise<never>((_, reject) => (fail = reject));
    return { promise, fail: () => fail(new Error('too late')) };
  };

  describe('makes the proof', () => {
    it('from a file, and sends it in the body', async () => {
      expect(await request(new KeyFile(file))).to.include({ value: 't1' });
      expect([...(stage.forms[0] ?? [])]).to.deep.equal([
        ['grant_type', 'client_credentials'],
        ['client_id', 'acme'],
        ['client_assertion_type', 'urn:example:key'],
        ['client_assertion', KEY],
      ]);
      expect(stage.server.last.config.headers.get('Authorization')).to.not.be.a('string');
    });

    it('at once, in headers of its own', async () => {
      const authenticate = ({ clientId }: TokenRequestDraft) => ({
        headers: { Authorization: `Key ${clientId}`, 'X-Key': KEY },
      });
      await request(methodOf({ authenticate }));
      const { headers } = stage.server.last.config;
      expect([headers.get('Authorization'), headers.get('X-Key')]).to.deep.equal(['Key acme', KEY]);
      expect([...(stage.forms[0]?.keys() ?? [])]).to.deep.equal(['grant_type']);
    });

    it('for the client, for the whole address of the token endpoint, and in what time there is', async () => {
      const own = new AbortController();
      const keyFile = new KeyFile(file);
      await request(keyFile, own.signal);
      const [draft] = keyFile.drafts;
      expect(draft).to.include({
        clientId: 'acme',
        tokenEndpoint: 'https://as.example/token?tenant=1',
        timeoutMs: 1_000,
      });
      expect(draft?.signal.aborted).to.equal(false);
    });

    it('anew for each request', async () => {
      let count = 0;
      const authenticate = async () => ({ parameters: { client_assertion: `${++count}` } });
      const method = methodOf({ authenticate });
      await request(method);
      await request(method);
      expect(keysSent()).to.deep.equal(['1', '2']);
    });

    for (const [waitedMs, proof] of [
      [999, '1'],
      [1_000, '2'],
    ] as const) {
      it(`${proof === '1' ? 'once' : 'anew'} where the request has waited ${waitedMs} ms for its turn: proofs end`, async () => {
        let count = 0;
        const method = methodOf({ authenticate: () => ({ parameters: { client_assertion: `${++count}` } }) });
        const inTurn: InTurn = (work) =>
          new Promise((resolve) => setTimeout(() => resolve(work()), waitedMs));
        const asked = request(method, never, inTurn);
        await time.pass(waitedMs);
        await asked;
        expect(keysSent()).to.deep.equal([proof]);
      });
    }

    it('beside the queue, and takes a turn for each request', async () => {
      const log: string[] = [];
      stage.server.respond = refuseOnce;
      const method = methodOf({
        authenticate: async () => {
          log.push('proof');
          return {};
        },
        renew: async () => log.push('renewed') > 0,
      });
      const inTurn: InTurn = async (work) => {
        log.push('turn');
        return work().finally(() => log.push('done'));
      };
      await request(method, never, inTurn);
      expect(log).to.deep.equal(['proof', 'turn', 'done', 'renewed', 'proof', 'turn', 'done']);
    });
  });

  describe('after the client was refused', () => {
    it('tries what is new in the file, at once', async () => {
      const keyFile = new KeyFile(file);
      await request(keyFile);
      await writeFile(file, 'new-key');
      stage.server.requests.length = 0;
      stage.server.respond = refuseOnce;
      expect(await request(keyFile)).to.include({ value: 't2' });
      expect(keysSent()).to.deep.equal([KEY, 'new-key']);
    });

    for (const [what, renew] of [
      ['cannot be renewed', undefined],
      ['has nothing new', () => false],
      ['has nothing new after a while', async () => false],
      ['fails to find something new', () => Promise.reject(new Error(`no ${KEY}`))],
      ['fails with an error of an attempt', () => Promise.reject(new TokenRequestError(KEY, 'X', true))],
    ] as [string, ClientAuthenticator['renew']][]) {
      it(`is refused for good where it ${what}, after one request`, async () => {
        stage.server.respond = (scripted) => scripted.refuse('invalid_client', 401);
        const error = await rejection(
          request(methodOf({ authenticate: () => ({}), ...(renew && { renew }) })),
        );
        expect(error).to.be.instanceOf(TokenEndpointError).and.include({ error: 'invalid_client' });
        expect(everythingOf(error)).to.not.contain(KEY);
        expect(stage.forms).to.have.length(1);
      });
    }

    it('is refused after two requests where what is new is refused as well', async () => {
      stage.server.respond = (scripted) => scripted.refuse('invalid_client', 401);
      const method = methodOf({ authenticate: () => ({}), renew: () => true });
      expect(await rejection(request(method))).to.include({ error: 'invalid_client' });
      expect(stage.forms).to.have.length(2);
    });

    it('is not asked for something new after any other error', async () => {
      const renew = sinon.stub().resolves(true);
      stage.server.respond = (scripted) => scripted.refuse('invalid_scope');
      await rejection(request(methodOf({ authenticate: () => ({}), renew })));
      expect(renew.callCount).to.equal(0);
    });

    it('is refused when looking for something new takes longer than a request may', async () => {
      const late = lateFailure();
      stage.server.respond = (scripted) => scripted.refuse('invalid_client', 401);
      const failure = rejection(request(methodOf({ authenticate: () => ({}), renew: () => late.promise })));
      const over = sinon.spy();
      void failure.then(over);
      await time.pass(999);
      expect(over.callCount).to.equal(0);
      await time.pass(1);
      expect(await failure).to.include({ error: 'invalid_client' });
      expect([over.callCount, time.armed, stage.forms.length]).to.deep.equal([1, 0, 1]);
      late.fail();
      await time.settle();
    });
  });

  describe('that gives no proof', () => {
    it('fails the attempt when a request may take no longer, and sends nothing', async () => {
      const late = lateFailure();
      const failure = rejection(request(methodOf({ authenticate: () => late.promise })));
      const over = sinon.spy();
      void failure.then(over);
      await time.pass(999);
      expect(over.callCount).to.equal(0);
      await time.pass(1);
      expect(over.callCount).to.equal(1);
      expect(await failure)
        .to.be.instanceOf(TokenRequestError)
        .and.include({
          reason: 'ERR_TOKEN_REQUEST_PREPARATION',
          permanent: false,
        });
      expect((await failure).message).to.match(
        /^No token request was sent: the client authentication 'own-method' gave no answer within 1000 ms \(requestTimeoutMs\)\.$/,
      );
      expect([time.armed, stage.forms.length]).to.deep.equal([0, 0]);
      late.fail();
      await time.settle();
    });

    it('passes on the reason of an abort, of which it is told', async () => {
      const own = new AbortController();
      let seen: AbortSignal | undefined;
      const authenticate = ({ signal }: TokenRequestDraft) => {
        seen = signal;
        return hang();
      };
      const failure = rejection(request(methodOf({ authenticate }), own.signal));
      await time.settle();
      own.abort(new Error('closed'));
      expect((await failure).message).to.equal('closed');
      expect([seen?.aborted, time.armed]).to.deep.equal([true, 0]);
    });

    const withCause = new Error(`no ${KEY}`, { cause: { key: KEY } });
    for (const [what, thrown] of [
      ['an error', new Error(`cannot sign with ${KEY}`)],
      ['an error of its own class', Object.assign(new TypeError(KEY), { code: KEY, key: { KEY } })],
      ['an error with a cause', withCause],
      ['text', KEY],
      ['an object', { toString: () => KEY, message: KEY }],
    ] as [string, unknown][]) {
      it(`makes a passing error that shows nothing of it, where it rejects with ${what}`, async () => {
        const error = await rejection(request(methodOf({ authenticate: () => Promise.reject(thrown) })));
        expect(error).to.be.instanceOf(TokenRequestError).and.include({ permanent: false });
        expect(error.message).to.match(/client authentication 'own-method' threw\.$/);
        for (const spelling of spellingsOf(KEY)) expect(everythingOf(error)).to.not.contain(spelling);
        expect(error).to.not.have.property('cause');
      });

      it(`fails its callers, and shows them nothing of it, where it throws ${what} at once`, async () => {
        const authenticate = (): never => {
          throw thrown;
        };
        const error = await rejection(stage.get(stage.entry(by(methodOf({ authenticate })))));
        expect(error).to.be.instanceOf(TokenUnavailableError);
        expect(error.cause).to.be.instanceOf(TokenRequestError).and.include({ permanent: false });
        for (const spelling of spellingsOf(KEY)) expect(everythingOf(error)).to.not.contain(spelling);
      });
    }

    for (const [what, rubbish] of [
      ['nothing', undefined],
      ['null', null],
      ['text', 'Basic abc'],
      ['headers that are no text', { headers: { Authorization: 5 } }],
      ['headers that are null', { headers: null }],
    ] as [string, unknown][]) {
      it(`fails in no worse way where it gives ${what}`, async () => {
        stage.server.respond = (scripted) => scripted.refuse('invalid_client', 401);
        const authenticate = async () => rubbish as ClientProof;
        const error = await rejection(stage.get(stage.entry(by(methodOf({ authenticate })))));
        expect(error).to.be.instanceOf(TokenProviderError);
        expect(stage.events.map(([name]) => name)).to.deep.equal(['failure']);
      });
    }
  });

  describe('whose secrets a server repeats', () => {
    const answers: [string, (said: string) => (scripted: ScriptedRequest) => void][] = [
      ['in error', (said) => (scripted) => scripted.answer(400, { error: said })],
      [
        'in error_description',
        (said) => (scripted) =>
          scripted.answer(400, { error: 'invalid_request', error_description: `got <${said}>.` }),
      ],
      ['in token_type', (said) => (scripted) => scripted.grant('t1', { expires_in: 600, token_type: said })],
      ['in expires_in', (said) => (scripted) => scripted.grant('t1', { expires_in: said })],
      ['in Location', (said) => (scripted) => scripted.answer(302, '', { location: `https://x/?k=${said}` })],
      ['in the body', (said) => (scripted) => scripted.answer(500, said)],
    ];
    for (const [where, answer] of answers) {
      it(`shows them in no encoding: ${where}`, async () => {
        for (const spelling of spellingsOf(KEY)) {
          stage.server.respond = answer(spelling);
          const error = await rejection(request(new KeyFile(file)));
          expect(error).to.be.instanceOf(TokenProviderError);
          for (const hidden of spellingsOf(KEY))
            expect(everythingOf(error), `${spelling} shows as ${hidden}`).to.not.contain(hidden);
        }
      });
    }

    it('shows what stood in its headers neither, though it does not name that', async () => {
      const credentials = 'c29tZS1jcmVkZW50aWFscw';
      const authenticate = () => ({ headers: { Authorization: `Key ${credentials}` } });
      stage.server.respond = (scripted) =>
        scripted.answer(400, { error: 'invalid_request', error_description: `got ${credentials}` });
      const error = await rejection(request(methodOf({ authenticate })));
      expect(error).to.include({ errorDescription: 'got [secret]' });
    });

    it('shows neither the key before nor the new one, after a rotation', async () => {
      const keyFile = new KeyFile(file);
      await request(keyFile);
      await writeFile(file, 'brand-new-key');
      stage.server.respond = (scripted) =>
        scripted.answer(401, { error: 'invalid_client', error_description: `${KEY} or brand-new-key` });
      const error = await rejection(request(keyFile));
      expect(error).to.include({ errorDescription: '[secret] or [secret]' });
    });
  });

  describe('behind an entry', () => {
    it('is named in the key by its id, with no secret', async () => {
      const keyFile = new KeyFile(file);
      await stage.get(stage.entry(by(keyFile)));
      expect(keyOf(by(keyFile)))
        .to.contain('"key-file"')
        .and.not.contain('k3y');
      expect(keyOf(by(keyFile))).to.equal(keyOf(by(new KeyFile('elsewhere'))));
      expect(keyOf(by(keyFile))).to.not.equal(keyOf(target));
    });

    it('gives tokens, and goes on by itself after a rotation: nobody hears of a failure', async () => {
      const valid = { key: KEY };
      stage.server.respond = (scripted, count) => {
        const { key } = valid;
        if (keysSent().at(-1) === key) scripted.grant(`t${count}`);
        else scripted.refuse('invalid_client', 401);
      };
      const entry = stage.entry(by(new KeyFile(file)));
      expect(await stage.get(entry)).to.equal('t1');
      valid.key = 'rotated';
      await writeFile(file, 'rotated');
      await time.pass(1);
      const call = { signal: undefined, maxWaitMs: 30_000, minValidityMs: 0 };
      expect((await entry.refresh(call)).value).to.equal('t3');
      expect(keysSent()).to.deep.equal([KEY, KEY, 'rotated']);
      expect(stage.events.map(([name]) => name)).to.deep.equal(['refresh', 'refresh']);
    });

    it('shows no secret in events and status, also where it fails', async () => {
      stage.server.respond = (scripted) =>
        scripted.answer(401, { error: 'invalid_client', error_description: `no ${KEY}` });
      const entry = stage.entry(by(new KeyFile(file)));
      await rejection(stage.get(entry));
      const seen = inspect([stage.events, entry.status()], { depth: null, showHidden: true });
      expect(seen).to.contain('invalid_client').and.not.contain('k3y');
    });

    it('fails its callers in time where it hangs, and leaves nothing armed', async () => {
      const failure = rejection(stage.get(stage.entry(by(methodOf({ authenticate: hang })))));
      await time.pass(1_000);
      expect((await failure).cause).to.be.instanceOf(TokenRequestError);
      await stage.close();
      expect(time.armed).to.equal(0);
    });
  });
});
