import diagnostics, { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect } from 'chai';
import sinon from 'sinon';
import { channelOf, openEventChannels } from '../../../lib/ground/diagnostics/event-channels.js';
import { EVENT_NAMES, type EventName } from '../../../lib/ground/events.js';
import { MemoryTokenStore } from '../../../lib/index.js';
import { runChild } from '../../support/child.js';
import { Stage } from '../../support/stage.js';

describe('the channels of events', () => {
  it('are those of this name, whoever asks', () => {
    expect(channelOf('refresh')).to.equal(diagnostics.channel('m2m-token-provider:refresh'));
    expect([...openEventChannels(['retry', 'expire'])]).to.deep.equal([
      ['retry', diagnostics.channel('m2m-token-provider:retry')],
      ['expire', diagnostics.channel('m2m-token-provider:expire')],
    ]);
  });

  describe('of a provider', () => {
    const published: [string, unknown][] = [];
    const note = (message: unknown, name: string | symbol) => published.push([String(name), message]);
    const namesOf = (event: EventName) => `m2m-token-provider:${event}`;
    let stage: Stage | undefined;
    beforeEach(() => {
      published.length = 0;
      for (const event of EVENT_NAMES) subscribe(namesOf(event), note);
    });
    afterEach(async () => {
      for (const event of EVENT_NAMES) unsubscribe(namesOf(event), note);
      await stage?.strike();
    });

    it('publish what listeners get: the same frozen object', async () => {
      stage = new Stage();
      const heard = sinon.spy();
      stage.provider.on('refresh', heard);
      await stage.warm();
      expect(published).to.have.length(1);
      expect(published[0]?.[0]).to.equal('m2m-token-provider:refresh');
      expect(published[0]?.[1]).to.equal(heard.firstCall.args[0]).and.be.frozen;
    });

    it('publish every event, although there is no listener', async () => {
      const store = new MemoryTokenStore();
      sinon.stub(store, 'read').rejects(new Error('down'));
      stage = new Stage({ store, maxTargets: 1, retry: { retries: 1 } }).withChance(0);
      stage.server.respond = (request, count) =>
        [2, 3].includes(count) ? request.answer(503) : request.grant(`t${count}`, { expires_in: 10 });
      const { provider, time } = stage;
      void provider.getToken();
      await time.pass(20_000);
      (store.read as sinon.SinonStub).restore();
      void provider.getToken({ maxWaitMs: 30_000 }).catch(() => undefined);
      await time.pass(20_000);
      void provider.getToken().then((token) => provider.invalidate(token));
      await time.pass(1_000);
      void provider.getToken({ scope: 'other' });
      await time.pass(1_000);
      expect(new Set(published.map(([name]) => name))).to.have.all.keys(EVENT_NAMES.map(namesOf));
    });

    it('publish nothing once nobody subscribes', async () => {
      for (const event of EVENT_NAMES) unsubscribe(namesOf(event), note);
      stage = await new Stage().warm();
      expect(published).to.deep.equal([]);
    });
  });

  it('let a subscriber throw: Node.js tells of it, and callers and other subscribers notice nothing', async () => {
    const { code, stdout, stderr } = await runChild(THROWING);
    const lines = stdout.trimEnd().split('\n');
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    // One of the request, one of the new token, and one for each caller who waited.
    expect(lines.filter((line) => line === 'uncaught: at fault')).to.have.length(4);
    expect(lines).to.include('tokens t,t heard 4');
  });
});

const THROWING = `
import { subscribe } from 'node:diagnostics_channel';
import { TokenProvider } from './lib/index.ts';
import { startTokenServer } from './lib/testing.ts';

process.on('uncaughtException', ({ message }) => console.log('uncaught:', message));
const fail = () => { throw new Error('at fault'); };
let heard = 0;
for (const name of ['refresh', 'wait', 'tracing:m2m-token-provider:token-request:start']) {
  const channel = name.startsWith('tracing:') ? name : 'm2m-token-provider:' + name;
  subscribe(channel, fail);
  subscribe(channel, () => { heard += 1; });
}
const server = await startTokenServer({ token: 't' });
const { tokenEndpoint, clientId, clientSecret } = server;
const provider = new TokenProvider({ tokenEndpoint, clientId, clientSecret });
const tokens = await Promise.all([provider.getToken(), provider.getToken()]);
console.log('tokens', tokens.join(), 'heard', heard);
await provider.close();
await server.close();
`;
