import { expect } from 'chai';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { type EventSource, hear, type ObservedProvider } from '../../lib/observe/observed-provider.js';
import { fakeProvider } from '../../lib/testing.js';
import { TokenProvider } from '../../lib/token-provider.js';

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
});
