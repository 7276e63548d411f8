import { expect } from 'chai';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import type { EventSource, ObservedProvider } from '../../lib/observe/observed-provider.js';
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
});
