import { expect } from 'chai';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import {
  type EventSource,
  hear,
  isOfClosed,
  type ObservedProvider,
} from '../../lib/observe/observed-provider.js';
import { fakeProvider } from '../../lib/testing.js';
import { TokenProvider } from '../../lib/token-provider.js';
import { rejection } from '../support/rejection.js';
import { Stage } from '../support/stage.js';

const outage = async (stage: Stage) => {
  stage.server.respond = (request) => request.answer(503);
  await rejection(stage.provider.getToken());
};

const PASTS: readonly (readonly [string, (stage: Stage) => unknown])[] = [
  ['nobody has asked', () => undefined],
  ['a token is held', (stage) => stage.warm()],
  ['it fails', outage],
  [
    'it fails, and tries again',
    async (stage) => {
      await outage(stage);
      stage.server.respond = undefined;
      void rejection(stage.provider.getToken());
      await stage.time.pass(5_000);
      expect(stage.provider.status()[0]).to.include({ refreshing: true, consecutiveFailures: 1 });
    },
  ],
];

describe('ObservedProvider', () => {
  it('is what a TokenProvider is; its events are those of any emitter', () => {
    const provider: ObservedProvider = new TokenProvider({
      subdomain: 'acme',
      clientId: 'a',
      clientSecret: 'b',
    });
    const source: EventSource = new EventEmitter(EVENT_NAMES);
    expect([provider.health().status, typeof source.on]).to.deep.equal(['pass', 'function']);
  });

  it('is heard by name, each listener until that is ended', () => {
    const provider = fakeProvider();
    const heard: string[] = [];
    const stops = [
      hear(provider, 'reject', () => heard.push('one')),
      hear(provider, 'reject', () => heard.push('other')),
    ];
    provider.emit('reject');
    provider.emit('evict');
    stops[0]?.();
    provider.emit('reject');
    expect(heard).to.deep.equal(['one', 'other', 'other']);
    stops[1]?.();
    provider.emit('reject');
    expect(heard).to.have.length(3);
  });

  describe('that is closed', () => {
    let stage: Stage;
    beforeEach(() => {
      stage = new Stage({ retry: { retries: 0 } }).withChance(0);
    });
    afterEach(() => stage.strike());

    for (const [name, live] of PASTS)
      it(`is told from one that is not, from close() on: ${name}`, async () => {
        await live(stage);
        expect(isOfClosed(stage.provider.health())).to.equal(false);
        const closed = stage.provider.close();
        expect(isOfClosed(stage.provider.health())).to.equal(true);
        await closed;
        expect(isOfClosed(stage.provider.health())).to.equal(true);
      });
  });
});
