import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import sinon from 'sinon';
import type { DocumentStep } from '../../../lib/documents/kept-document.js';
import { TokenEndpointError, TokenRequestError, TokenResponseError } from '../../../lib/ground/errors.js';
import type { KeyList } from '../../../lib/verify/keys/key-list.js';
import { KeySet } from '../../../lib/verify/keys/key-set.js';
import { readVerifierOptions, type VerifierOptions } from '../../../lib/verify/verifier-options.js';
import { ApiServer } from '../../support/api-server.js';
import { rejection } from '../../support/rejection.js';
import { ISSUER, KEYS_AT, ScriptedIssuer } from '../../support/scripted-issuer.js';
import { SigningKey } from '../../support/signing-key.js';
import { VirtualTime } from '../../support/virtual-time.js';

const patience = { maxWaitMs: 5_000, signal: undefined };
const [k1, k2] = [new SigningKey('k1'), new SigningKey('k2')];
const closed = new Error('the end');

describe('KeySet on a real server', () => {
  let server: ApiServer;
  let keys: KeySet;
  /** What the server has, by path. */
  let documents: Record<string, unknown>;
  const make = (options: Partial<VerifierOptions> = {}) => {
    const own = { issuer: server.origin, audience: 'a', retry: { retries: 0 } };
    keys = new KeySet(readVerifierOptions({ ...own, ...options }), () => undefined);
  };
  const paths = () => server.seen.map(({ method, url }) => `${method} ${url}`);
  beforeEach(async () => {
    server = await ApiServer.start();
    documents = { '/jwks': { keys: [k1.jwk] } };
    server.answer = ({ url }, response) => {
      const found = documents[url];
      if (found === undefined) response.writeHead(404).end();
      else response.setHeader('Content-Type', 'application/json').end(JSON.stringify(found));
    };
  });
  afterEach(async () => {
    await keys.close(closed);
    await server.stop();
  });

  it('fetches keys once for fifty callers who come at once', async () => {
    make({ jwksUri: `${server.origin}/jwks` });
    expect(keys.usable()).to.equal(undefined);
    const lists = await Promise.all(Array.from({ length: 50 }, () => keys.get(patience)));
    expect(new Set(lists).size).to.equal(1);
    expect([lists[0]?.names('k1'), keys.usable()]).to.deep.equal([true, lists[0]]);
    expect(paths()).to.deep.equal(['GET /jwks']);
    expect(await keys.get(patience)).to.equal(lists[0]);
    expect(server.seen).to.have.length(1);
  });

  it('looks into the metadata anew where the keys have moved', async () => {
    make();
    const metadata = { issuer: server.origin, jwks_uri: `${server.origin}/jwks` };
    documents['/.well-known/openid-configuration'] = metadata;
    expect((await keys.get(patience)).names('k1')).to.equal(true);
    documents = {
      '/.well-known/openid-configuration': { ...metadata, jwks_uri: `${server.origin}/v2/jwks` },
      '/v2/jwks': { keys: [k2.jwk] },
    };
    expect(await rejection(keys.fetchForUnknown(patience))).to.include({ httpStatus: 404 });
    const found = await keys.fetchForUnknown(patience);
    expect(found?.names('k2')).to.equal(true);
    expect(paths().filter((path) => path.includes('.well-known'))).to.have.length(2);
  });

  it('sends nothing along that says who asks', async () => {
    make({ jwksUri: `${server.origin}/jwks?v=1` });
    documents['/jwks?v=1'] = documents['/jwks'];
    await keys.get(patience);
    const [{ headers, body } = expect.fail('nothing came')] = server.seen;
    expect(headers).to.include({ accept: 'application/json', 'user-agent': 'm2m-token-provider' });
    expect(headers).to.not.have.any.keys('authorization', 'cookie', 'content-type');
    expect(body).to.equal('');
  });

  it('finds keys by OpenID Connect Discovery', async () => {
    documents['/.well-known/openid-configuration'] = {
      issuer: server.origin,
      jwks_uri: `${server.origin}/jwks`,
    };
    make();
    expect((await keys.get(patience)).names('k1')).to.equal(true);
    expect(paths()).to.deep.equal(['GET /.well-known/openid-configuration', 'GET /jwks']);
  });

  it('finds keys by RFC 8414, where the well-known part is in front of the path', async () => {
    const issuer = `${server.origin}/realms/a`;
    documents['/.well-known/oauth-authorization-server/realms/a'] = {
      issuer,
      jwks_uri: `${server.origin}/jwks`,
    };
    make({ issuer });
    expect((await keys.get(patience)).names('k1')).to.equal(true);
    expect(paths()).to.deep.equal([
      'GET /realms/a/.well-known/openid-configuration',
      'GET /.well-known/oauth-authorization-server/realms/a',
      'GET /jwks',
    ]);
  });

  it('asks for metadata once, and for keys as often as they are wanted', async () => {
    documents['/.well-known/openid-configuration'] = {
      issuer: server.origin,
      jwks_uri: `${server.origin}/jwks`,
    };
    make();
    await keys.get(patience);
    const startedAt = performance.now();
    sinon.stub(performance, 'now').callsFake(() => startedAt + 40_000);
    try {
      await keys.fetchForUnknown(patience);
    } finally {
      sinon.restore();
    }
    expect(paths().filter((path) => path === 'GET /jwks')).to.have.length(2);
    expect(paths()).to.have.length(3);
  });

  it('tries metadata again as often as keys, and no more', async () => {
    make({ retry: { retries: 2, minDelayMs: 1, maxDelayMs: 1 } });
    server.answer = (_, response) => response.writeHead(500).end();
    const error = await rejection(keys.get(patience));
    expect(error).to.be.instanceOf(TokenEndpointError).and.include({ httpStatus: 500 });
    expect(paths()).to.deep.equal(Array(3).fill('GET /.well-known/openid-configuration'));
  });

  it('takes no metadata of another issuer, and asks for no keys then', async () => {
    documents['/.well-known/openid-configuration'] = {
      issuer: 'https://evil.example',
      jwks_uri: `${server.origin}/jwks`,
    };
    make();
    const error = await rejection(keys.get(patience));
    expect(error).to.be.instanceOf(TokenResponseError);
    expect(error.message).to.contain("names the issuer 'https://evil.example'");
    expect(paths()).to.deep.equal(['GET /.well-known/openid-configuration']);
  });

  it('takes no keys over plain http from elsewhere', async () => {
    documents['/.well-known/openid-configuration'] = {
      issuer: server.origin,
      jwks_uri: 'http://keys.example/jwks',
    };
    make();
    const error = await rejection(keys.get(patience));
    expect(error.message).to.contain('has a jwks_uri that is not https');
  });

  it('says what is wrong where the server answers with something else', async () => {
    for (const [document, kind, words] of [
      [undefined, TokenEndpointError, '/jwks answered 404'],
      ['no object', TokenResponseError, 'where JSON was asked for'],
      [{ key: [] }, TokenResponseError, 'sent no key set: it has no keys.'],
      [{ keys: [{ ...k1.jwk, use: 'enc' }] }, TokenResponseError, 'in which no key is for signatures.'],
    ] as const) {
      documents['/jwks'] = document;
      make({ jwksUri: `${server.origin}/jwks` });
      const error = await rejection(keys.get(patience));
      expect(error).to.be.instanceOf(kind);
      expect(error.message).to.contain(words);
      await keys.close(closed);
    }
  });

  it('says so where nobody is there', async () => {
    make({ jwksUri: `${server.origin}/jwks` });
    await server.stop();
    const error = await rejection<TokenRequestError>(keys.get({ maxWaitMs: 200, signal: undefined }));
    expect(error).to.be.instanceOf(TokenRequestError).and.include({ reason: 'ECONNREFUSED' });
    server = await ApiServer.start();
  });

  it('lets a caller go whose signal is aborted, and those who stay wait on', async () => {
    make({ jwksUri: `${server.origin}/jwks` });
    const abort = new AbortController();
    const gone = rejection(keys.get({ maxWaitMs: 5_000, signal: abort.signal }));
    const stays = keys.get(patience);
    abort.abort(new Error('enough'));
    expect((await gone).message).to.equal('enough');
    expect((await stays).size).to.equal(1);
  });
});

describe('KeySet in time', () => {
  let time: VirtualTime;
  let issuer: ScriptedIssuer;
  let keys: KeySet;
  let steps: DocumentStep<KeyList>[];
  const make = (options: Partial<VerifierOptions> = {}) => {
    steps = [];
    keys = new KeySet(
      issuer.settings({ retry: { retries: 0 }, ...options }),
      (step) => void steps.push(step),
    );
  };
  beforeEach(() => {
    time = new VirtualTime();
    sinon.stub(Math, 'random').returns(0);
    issuer = new ScriptedIssuer(k1);
    make();
  });
  afterEach(async () => {
    await keys.close(closed);
    sinon.restore();
    time.restore();
  });

  it('does nothing, and arms nothing, before the first call', async () => {
    await time.pass(3_600_000);
    expect([issuer.asked, time.armed, keys.usable()]).to.deep.equal([0, 0, undefined]);
  });

  it('asks for an unknown key once in 30 s, however many tokens name one', async () => {
    await keys.get(patience);
    const askFor = async (count: number) => {
      const found = await Promise.all(Array.from({ length: count }, () => keys.fetchForUnknown(patience)));
      return found.filter((list) => list !== undefined).length;
    };
    // At once, though they came just now: the server may have changed them since.
    expect([await askFor(10), issuer.asked]).to.deep.equal([10, 2]);
    expect([await askFor(10), issuer.asked]).to.deep.equal([0, 2]);
    await time.pass(29_999);
    expect([await askFor(10), issuer.asked]).to.deep.equal([0, 2]);
    await time.pass(1);
    expect([await askFor(1), issuer.asked]).to.deep.equal([1, 3]);
    expect(steps.map((step) => (step.is === 'renewed' ? step.reason : step.is))).to.deep.equal([
      'absent',
      'requested',
      'requested',
    ]);
  });

  it('gives the new keys to whoever asked for an unknown one', async () => {
    const before = await keys.get(patience);
    issuer.keys = [k1, k2];
    await time.pass(30_000);
    const after = await keys.fetchForUnknown(patience);
    expect([before.names('k2'), after?.names('k2')]).to.deep.equal([false, true]);
    expect(keys.usable()).to.equal(after);
    const [same] = before.candidates({ alg: 'ES256', kid: 'k1' });
    expect(after?.has(same ?? expect.fail('no key'))).to.equal(true);
  });

  it('lets who asks for an unknown key join a request that is under way', async () => {
    await keys.get(patience);
    await time.pass(30_000);
    issuer.fault = 'hang';
    const first = keys.fetchForUnknown(patience);
    await time.settle();
    const second = keys.fetchForUnknown(patience);
    issuer.server.last.answer(200, { keys: [k1.jwk, k2.jwk] });
    const [one, other] = await Promise.all([first, second]);
    expect(one?.names('k2')).to.equal(true);
    expect([one, issuer.asked]).to.deep.equal([other, 2]);
  });

  it('does not say that a key is unknown where the server cannot be asked', async () => {
    await keys.get(patience);
    await time.pass(30_000);
    issuer.fault = 503;
    const first = await rejection(keys.fetchForUnknown(patience));
    expect(first).to.be.instanceOf(TokenEndpointError).and.include({ httpStatus: 503 });
    const second = rejection(keys.fetchForUnknown(patience));
    await time.pass(5_000);
    expect(await second).to.be.instanceOf(TokenEndpointError);
    expect(issuer.asked).to.be.within(3, 6);
    // What is held goes on being used.
    expect(keys.usable()?.names('k1')).to.equal(true);
  });

  it('renews keys ahead of their end where somebody asks for them, and holds the old ones meanwhile', async () => {
    const before = await keys.get(patience);
    await time.pass(2_399_999);
    keys.usable();
    expect(issuer.asked).to.equal(1);
    issuer.fault = 'hang';
    await time.pass(1);
    await time.settle();
    expect([issuer.asked, keys.usable()]).to.deep.equal([2, before]);
    issuer.server.last.answer(200, { keys: [k2.jwk] });
    while (keys.usable()?.names('k1')) await setImmediate();

    expect(keys.usable()?.names('k2')).to.equal(true);
  });

  it('lets keys be that nobody asks for', async () => {
    await keys.get(patience);
    await time.pass(20 * 3_600_000);
    expect(issuer.asked).to.be.at.most(2);
  });

  it('holds keys for as long as the server says, within bounds', async () => {
    for (const [value, lifetimeMs] of [
      ['max-age=600', 600_000],
      ['max-age=1', 300_000],
      ['no-store', 300_000],
      ['max-age=31536000', 86_400_000],
      ['private', 3_600_000],
    ] as const) {
      issuer.headers = { 'cache-control': value };
      make({ maxStaleMs: 0 });
      await keys.get(patience);
      issuer.fault = 'hang';
      time.stall(lifetimeMs - 1);
      expect(keys.usable(), value).to.not.equal(undefined);
      time.stall(1);
      expect(keys.usable(), value).to.equal(undefined);
      await keys.close(closed);
      issuer.fault = undefined;
    }
  });

  it('goes on from the metadata that it has, for as long as there is no newer one', async () => {
    let isDown = false;
    issuer.server.respond = (request) => {
      if (request.config.url === KEYS_AT) request.answer(200, { keys: [k1.jwk] });
      else if (isDown) request.answer(503);
      else request.answer(200, { issuer: ISSUER, jwks_uri: KEYS_AT });
    };
    make({ jwksUri: undefined, maxStaleMs: 0, retry: { retries: 0, maxDelayMs: 3_600_000 } });
    await keys.get(patience);
    isDown = true;
    for (let count = 0; count < 100; count += 1) {
      await time.pass(1_800_000);
      expect(keys.usable()?.names('k1'), `after ${count / 2} h`).to.equal(true);
    }
    const { config } =
      issuer.server.requests.findLast(({ config: { url } }) => url !== KEYS_AT) ?? expect.fail();
    expect(config.url).to.equal(`${ISSUER}/.well-known/openid-configuration`);
  });

  it('leaves no request for metadata behind when it is closed', async () => {
    issuer.fault = 'hang';
    make({ jwksUri: undefined });
    const waiting = rejection(keys.get(patience));
    await time.settle();
    expect(issuer.asked).to.equal(1);
    await keys.close(closed);
    expect(await waiting).to.equal(closed);
    expect([time.armed, issuer.server.last.config.signal?.aborted]).to.deep.equal([0, true]);
  });

  it('gives up a request that takes too long', async () => {
    make({ requestTimeoutMs: 1_000 });
    issuer.fault = 'hang';
    const failed = rejection<TokenRequestError>(keys.get(patience));
    await time.pass(1_000);
    expect(await failed).to.include({ reason: 'ETIMEDOUT' });
  });

  it('fails whoever waits when it is closed, and stops all', async () => {
    issuer.fault = 'hang';
    const waiting = rejection(keys.get(patience));
    await time.settle();
    await keys.close(closed);
    expect(await waiting).to.equal(closed);
    expect(time.armed).to.equal(0);
    await time.pass(3_600_000);
    expect(issuer.asked).to.equal(1);
  });

  it('makes nobody wait who comes when it is closed', async () => {
    await keys.get(patience);
    await time.pass(30_000);
    await keys.close(closed);
    expect(await rejection(keys.fetchForUnknown(patience))).to.equal(closed);
    expect([issuer.asked, time.armed]).to.deep.equal([1, 0]);
  });
});
