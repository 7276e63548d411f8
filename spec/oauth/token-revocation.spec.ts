import { expect } from 'chai';
import sinon from 'sinon';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import type { Target } from '../../lib/oauth/target.js';
import { TokenRevocation } from '../../lib/oauth/token-revocation.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { authenticatorOf, target } from '../support/target.js';
import { watchUnhandled } from '../support/unhandled.js';
import { VirtualTime } from '../support/virtual-time.js';

const at: Target = {
  ...target,
  server: new KnownTokenEndpoint('https://as.example/token', 'https://as.example/revoke?tenant=1'),
};

describe('TokenRevocation', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  let unhandled: ReturnType<typeof watchUnhandled>;
  beforeEach(() => {
    unhandled = watchUnhandled();
    time = new VirtualTime();
    server = new ScriptedServer();
  });
  afterEach(async () => {
    expect(time.armed).to.equal(0);
    expect(await unhandled()).to.deep.equal([]);
    time.restore();
  });
  const open = (maxConcurrentRequests = 16) =>
    new TokenRevocation(settings({ http: server.http, maxConcurrentRequests }));
  const forms = () => server.requests.map(({ config }) => String(config.data));

  for (const [method, form, hasHeader] of [
    ['basic', 'token=t%2F1&token_type_hint=access_token', true],
    ['post', 'client_id=acme&client_secret=s3cret&token=t%2F1&token_type_hint=access_token', false],
  ] as const) {
    it(`sends the token to the server's revocation endpoint, with the client's proof by ${method}`, async () => {
      server.respond = (request) => request.answer(200);
      await open().revokeAll([
        { target: { ...at, authenticator: authenticatorOf('s3cret', method) }, value: 't/1' },
      ]);
      const { config } = server.last;
      expect([config.url, config.method, config.data]).to.deep.equal([
        'https://as.example/revoke?tenant=1',
        'post',
        form,
      ]);
      expect(config.headers.get('Authorization') === 'Basic YWNtZTpzM2NyZXQ=').to.equal(hasHeader);
      expect(server.requests).to.have.length(1);
    });
  }

  it('asks nobody where it is not known where', async () => {
    await open().revokeAll([{ target, value: 't1' }]);
    await open().revokeAll([]);
    expect(server.requests).to.have.length(0);
  });

  it('tries each token once, whatever becomes of the others, and tells nobody', async () => {
    server.respond = (request, count) => {
      if (count === 1) request.reset();
      else if (count === 2) request.answer(503, '', { 'retry-after': '1' });
      else request.answer(200);
    };
    const throwing = {
      ...at,
      authenticator: {
        ...authenticatorOf(),
        id: 'own',
        authenticate: sinon.stub().throws(),
        secrets: () => [],
      },
    };
    const tokens = [
      { target: throwing, value: 't0' },
      ...['t1', 't2', 't3'].map((value) => ({ target: at, value })),
    ];
    await open(1).revokeAll(tokens);
    expect(forms().map((form) => new URLSearchParams(form).get('token'))).to.deep.equal(['t1', 't2', 't3']);
  });

  it('has so many requests under way at once, and no more', async () => {
    const done = sinon.spy();
    const tokens = ['t1', 't2', 't3', 't4', 't5'].map((value) => ({ target: at, value }));
    void open(2).revokeAll(tokens).then(done);
    await time.settle();
    for (const sent of [2, 3, 4, 5, 5]) {
      expect([server.requests.length, done.callCount]).to.deep.equal([sent, 0]);
      server.requests[sent === 5 ? 3 : sent - 2]?.answer(200);
      await time.settle();
    }
    server.last.answer(200);
    await time.settle();
    expect(done.callCount).to.equal(1);
  });

  it('ends after a second, whatever hangs, and begins nothing after that', async () => {
    const done = sinon.spy();
    void open(1)
      .revokeAll(['t1', 't2'].map((value) => ({ target: at, value })))
      .then(done);
    await time.pass(999);
    expect(done.callCount).to.equal(0);
    await time.pass(1);
    expect(done.callCount).to.equal(1);
    expect(server.last.config.signal?.aborted).to.equal(true);
    server.last.answer(200);
    await time.settle();
    expect(server.requests).to.have.length(1);
  });
});
