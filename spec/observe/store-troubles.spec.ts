import { expect } from 'chai';
import type { EventName, StoreTrouble } from '../../lib/ground/events.js';
import { StoreTroubles } from '../../lib/observe/store-troubles.js';
import { type FakeProvider, fakeProvider } from '../../lib/testing.js';

type Step = readonly [name: EventName, clientId: string, trouble: StoreTrouble, isDegraded: boolean];

const TABLE: readonly (readonly [string, readonly Step[]])[] = [
  [
    'an operation that fails, until it works',
    [
      ['degrade', 'a', 'read', true],
      ['recover', 'b', 'read', false],
    ],
  ],
  [
    'a bad record, until it is good',
    [
      ['degrade', 'a', 'record', true],
      ['recover', 'a', 'record', false],
    ],
  ],
  [
    'bad records of two targets, until both are good',
    [
      ['degrade', 'a', 'record', true],
      ['degrade', 'b', 'record', true],
      ['recover', 'a', 'record', true],
      ['recover', 'b', 'record', false],
    ],
  ],
  [
    'both together',
    [
      ['degrade', 'a', 'record', true],
      ['degrade', 'a', 'write', true],
      ['recover', 'a', 'record', true],
      ['recover', 'a', 'write', false],
    ],
  ],
  [
    'a bad record, until its target is dropped; nothing else ends by that',
    [
      ['degrade', 'a', 'record', true],
      ['evict', 'b', 'record', true],
      ['evict', 'a', 'record', false],
      ['degrade', 'a', 'lease', true],
      ['evict', 'a', 'record', true],
    ],
  ],
];

describe('StoreTroubles', () => {
  for (const [name, steps] of TABLE)
    it(`knows of ${name}`, () => {
      const provider = fakeProvider();
      const troubles = new StoreTroubles();
      troubles.follow(provider);
      expect(troubles.isDegraded).to.equal(false);
      const seen = steps.map(([event, clientId, trouble]) => {
        emit(provider, event, clientId, trouble);
        return troubles.isDegraded;
      });
      expect(seen).to.deep.equal(steps.map(([, , , isDegraded]) => isDegraded));
    });

  it('hears nothing any more once it is stopped', () => {
    const provider = fakeProvider();
    const troubles = new StoreTroubles();
    const stop = troubles.follow(provider);
    stop();
    emit(provider, 'degrade', 'a', 'read');
    expect(troubles.isDegraded).to.equal(false);
  });
});

function emit(provider: FakeProvider, name: EventName, clientId: string, trouble: StoreTrouble): void {
  const target = { tokenEndpoint: 'https://as.example/token', clientId, scope: [], resource: [] };
  provider.emit(name, name === 'evict' ? { target } : { target, trouble });
}
