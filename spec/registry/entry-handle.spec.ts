import { expect } from 'chai';
import {
  type ClientSettings,
  ConfigurationError,
  type ResolveClient,
  TokenUnavailableError,
} from '../../lib/index.js';
import { rejection } from '../support/rejection.js';
import { Stage } from '../support/stage.js';

describe('EntryHandle', () => {
  let stage: Stage;
  let asked: number;
  const set = (resolve: ResolveClient = () => ({ clientSecret: 's3cret' }), maxTargets = 1_000) => {
    asked = 0;
    stage = new Stage({
      maxTargets,
      resolveClient: (query) => {
        asked += 1;
        return resolve(query);
      },
    });
    stage.server.respond = (request, count) => request.grant(`t${count}`);
    return stage.provider.forClient({ clientId: 'globex' });
  };
  afterEach(() => stage.strike());

  it('asks for nothing before it is asked', async () => {
    const handle = set();
    expect(handle.peek()).to.equal(undefined);
    await stage.time.pass(3_600_000);
    expect([asked, stage.requests]).to.deep.equal([0, 0]);
  });

  it('finds its entry once, and then gives one and the same promise', async () => {
    const handle = set();
    expect(await handle.getToken()).to.equal('t1');
    expect(handle.getToken()).to.equal(handle.getToken());
    expect(handle.peek()).to.include({ value: 't1' });
    expect([asked, stage.requests]).to.deep.equal([1, 1]);
  });

  it('has the token that its provider has, and every other handle', async () => {
    const handle = set();
    await stage.provider.getToken({ clientId: 'globex' });
    expect(handle.peek()?.value).to.equal('t1');
    expect(await handle.getToken()).to.equal('t1');
    expect(await stage.provider.forClient({ clientId: 'globex' }).getToken()).to.equal('t1');
    expect([asked, stage.requests]).to.deep.equal([1, 1]);
  });

  it('renews on request', async () => {
    const handle = set();
    expect((await handle.refresh()).value).to.equal('t1');
    await stage.time.pass(1);
    expect((await handle.refresh()).value).to.equal('t2');
    expect(await handle.getToken()).to.equal('t2');
  });

  it('takes the options of a call, but no other target', async () => {
    const handle = set();
    stage.server.respond = undefined;
    const late = rejection(handle.getToken({ maxWaitMs: 100 }));
    await stage.time.pass(100);
    expect(await late).to.be.instanceOf(TokenUnavailableError);
    for (const odd of [{ clientId: 'acme' }, { maxWaitMs: -1 }, { scope: 'read' }, null, 5]) {
      expect(await rejection(handle.getToken(odd as never))).to.be.instanceOf(ConfigurationError);
    }
  });

  it('rejects, and never throws, where there is no such client or region', async () => {
    set();
    const handle = stage.provider.forClient({ region: 'nowhere' });
    for (const failure of [handle.getToken(), handle.refresh(), handle.getToken({ maxWaitMs: 1 })]) {
      expect(await rejection(failure))
        .to.be.instanceOf(ConfigurationError)
        .and.include({ option: 'region' });
    }
  });

  it('counts the time for which it was told about the client as waiting', async () => {
    let tell = (_: ClientSettings): void => undefined;
    const handle = set(() => new Promise((resolve) => (tell = resolve)));
    stage.server.respond = undefined;
    const failure = rejection<TokenUnavailableError>(handle.getToken({ maxWaitMs: 1_000 }));
    await stage.time.pass(600);
    tell({ clientSecret: 's3cret' });
    await stage.time.pass(399);
    expect(stage.requests).to.equal(1);
    let isOver = false;
    failure.finally(() => {
      isOver = true;
    });
    await stage.time.settle();
    expect(isOver).to.equal(false);
    await stage.time.pass(1);
    expect((await failure).message).to.contain('maxWaitMs');
  });

  it('looks again when its entry has been evicted, and gets a new token', async () => {
    const handle = set(undefined, 2);
    expect(await handle.getToken()).to.equal('t1');
    for (const clientId of ['a', 'b', 'c', 'd']) await stage.provider.getToken({ clientId });
    expect(handle.peek()).to.equal(undefined);
    expect(await handle.getToken()).to.equal('t6');
    expect(handle.peek()).to.include({ value: 't6' });
  });
});
