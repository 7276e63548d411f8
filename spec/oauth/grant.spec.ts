import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { TokenEndpointError, TokenRequestError } from '../../lib/ground/errors.js';
import { clientCredentials, type Grant } from '../../lib/oauth/grant.js';
import { keyOf, summarize, type Target } from '../../lib/oauth/target.js';
import { EntryStage } from '../support/entry-stage.js';
import { jwt } from '../support/jwt.js';
import { rejection } from '../support/rejection.js';
import { authenticatorOf, target } from '../support/target.js';
import { watchUnhandled } from '../support/unhandled.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('clientCredentials', () => {
  it('is what RFC 6749 §4.4.2 asks for, and nothing can be added to it', () => {
    const { signal } = new AbortController();
    const parameters = clientCredentials.parameters(signal);
    expect(parameters).to.be.frozen.and.deep.equal({ grant_type: 'client_credentials' });
  });

  it('has a short id, since that is part of the key of every target', () => {
    expect(clientCredentials.id).to.match(/^\w{2,18}$/);
    expect(keyOf(target)).to.contain(`"${clientCredentials.id}"`);
  });
});

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** RFC 7523 §2.1, for one subject: each assertion is signed for one request. Written for this spec alone. */
class JwtBearer implements Grant {
  readonly id: string;
  readonly signals: AbortSignal[] = [];

  constructor(
    subject: string,
    readonly sign = async (count: number) => jwt({ sub: subject, jti: `${count}` }),
  ) {
    this.id = `jwt-bearer for ${subject}`;
  }

  async parameters(signal: AbortSignal): Promise<Record<string, string>> {
    this.signals.push(signal);
    return { grant_type: JWT_BEARER, assertion: await this.sign(this.signals.length) };
  }
}

describe('a further grant', () => {
  let time: VirtualTime;
  let stage: EntryStage;
  let unhandled: ReturnType<typeof watchUnhandled>;
  beforeEach(() => {
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
  });

  const by = (grant: Grant, changes: Partial<Target> = {}): Target => ({ ...target, ...changes, grant });
  const get = (grant: Grant, changes?: Partial<Target>) => stage.get(stage.entry(by(grant, changes)));
  const assertions = () => stage.forms.map((form) => form.get('assertion'));

  it('sends its own parameters, and beside them what the client and the target say', async () => {
    expect(
      await get(new JwtBearer('alice'), { scope: ['read'], parameters: [['audience', 'api']] }),
    ).to.equal('t1');
    expect([...(stage.forms[0] ?? [])]).to.deep.equal([
      ['grant_type', JWT_BEARER],
      ['assertion', jwt({ sub: 'alice', jti: '1' })],
      ['scope', 'read'],
      ['audience', 'api'],
    ]);
    expect(stage.server.last.config.headers.get('Authorization')).to.equal(`Basic ${btoa('acme:s3cret')}`);
  });

  it('leaves room for a client that proves itself in the body', async () => {
    await get(new JwtBearer('alice'), { authenticator: authenticatorOf('s3cret', 'post') });
    expect([...(stage.forms[0]?.keys() ?? [])]).to.deep.equal([
      'grant_type',
      'assertion',
      'client_id',
      'client_secret',
    ]);
  });

  it('makes another assertion for each request, also for the second one after a refused client', async () => {
    const secrets = ['old', 'new'];
    stage.server.respond = (request, count) =>
      count === 1 ? request.refuse('invalid_client', 401) : request.grant('t1');
    await get(new JwtBearer('alice'), { authenticator: authenticatorOf(() => secrets.shift() ?? '') });
    expect(assertions()).to.deep.equal([jwt({ sub: 'alice', jti: '1' }), jwt({ sub: 'alice', jti: '2' })]);
  });

  it('is waited for, and takes no turn of the queue meanwhile', async () => {
    const slow = new JwtBearer('alice', async () => {
      await new Promise((resolve) => setTimeout(resolve, 700));
      return 'signed';
    });
    const narrow = new EntryStage({ maxConcurrentRequests: 1 });
    narrow.server.respond = (request, count) => request.grant(`t${count}`);
    const token = narrow.get(narrow.entry(by(slow)));
    await time.settle();
    expect(await narrow.get(narrow.entry(target))).to.equal('t1');
    await time.pass(700);
    expect(await token).to.equal('t2');
    await narrow.close();
  });

  it('has tokens of its own: targets that differ in the grant have different keys', async () => {
    const grants = [clientCredentials, new JwtBearer('alice'), new JwtBearer('bob')];
    expect(new Set(grants.map((grant) => keyOf(by(grant)))).size).to.equal(3);
    expect(keyOf(by(new JwtBearer('alice')))).to.equal(keyOf(by(new JwtBearer('alice'))));
    expect(await Promise.all(grants.map((grant) => get(grant)))).to.deep.equal(['t1', 't2', 't3']);
    expect(stage.forms.map((form) => form.get('grant_type'))).to.have.members([
      'client_credentials',
      JWT_BEARER,
      JWT_BEARER,
    ]);
  });

  it('shows nothing of itself in a summary', () => {
    expect(summarize(by(new JwtBearer('alice')))).to.deep.equal(summarize(target));
  });

  it('fails as its server says, and shows no assertion that the server repeats', async () => {
    const assertion = jwt({ sub: 'alice', jti: '1' });
    stage.server.respond = (request) =>
      request.answer(400, { error: 'invalid_grant', error_description: `cannot take ${assertion}` });
    const error = await rejection(get(new JwtBearer('alice')));
    expect(error).to.be.instanceOf(TokenEndpointError).and.include({
      error: 'invalid_grant',
      errorDescription: 'cannot take [secret]',
    });
    expect(inspect(error, { depth: null, showHidden: true })).to.not.contain(assertion);
  });

  it('makes a passing error, without its words, where it cannot be signed', async () => {
    const unsigned = new JwtBearer('alice', () => Promise.reject(new Error('no hush-hush')));
    const { cause, ...error } = await rejection<Error>(get(unsigned));
    expect(cause).to.be.instanceOf(TokenRequestError).and.include({
      reason: 'ERR_TOKEN_REQUEST_PREPARATION',
      permanent: false,
    });
    expect((cause as Error).message).to.match(
      /the grant 'jwt-bearer for alice' at https:\/\/as\.example\/token threw\./,
    );
    expect(inspect([error, cause], { depth: null, showHidden: true })).to.not.contain('hush');
    expect(stage.forms).to.have.length(0);
  });

  it('is waited for as long as a request may take, and not 1 ms longer', async () => {
    let fail = (_: Error): void => undefined;
    const stuck = new JwtBearer('alice', () => new Promise((_, reject) => (fail = reject)));
    const failure = rejection(get(stuck));
    const over = sinon.spy();
    void failure.then(over);
    await time.pass(999);
    expect(over.callCount).to.equal(0);
    await time.pass(1);
    expect(over.callCount).to.equal(1);
    expect((await failure).cause).to.be.instanceOf(TokenRequestError);
    expect((await failure).message).to.match(
      /the grant 'jwt-bearer .*' at .* gave no answer within 1000 ms \(requestTimeoutMs\)/,
    );
    fail(new Error('too late'));
    await time.settle();
    expect(stage.forms).to.have.length(0);
  });

  it('is told when nobody waits for it any more', async () => {
    const stuck = new JwtBearer('alice', () => new Promise(() => undefined));
    const failure = rejection(get(stuck));
    await time.settle();
    await stage.close();
    await failure;
    expect(stuck.signals.map(({ aborted }) => aborted)).to.deep.equal([true]);
  });
});
