import { expect } from 'chai';
import { EventEmitter } from '../../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../../lib/ground/events.js';
import { FakeEntryEvents } from '../../../lib/testing/fake/fake-entry-events.js';
import { outage } from '../../../lib/testing/fake/fake-event.js';
import { FakeTokens } from '../../../lib/testing/fake/fake-token.js';

const target = { tokenEndpoint: 'https://fake.invalid/token', clientId: 'a', scope: [], resource: [] };
const query = { clientId: 'a', region: undefined, scope: undefined, resource: undefined };

describe('FakeEntryEvents', () => {
  const held = FakeTokens.read({ scope: 'read' }).next(query);
  const { issuedAt, dueAt, expiresAt } = held.access;
  const error = outage();
  const at = { wall: 1_000, steady: 5 };
  const failure = { error, reason: 'due', delayMs: 7 } as const;
  const failed = { target, error, reason: 'due', attempts: 1, permanent: false, nextAttemptAt: 1_007 };

  const rows: readonly (readonly [string, (tell: FakeEntryEvents) => void, object])[] = [
    [
      'refresh',
      (tell) => tell.refreshed(held, 'absent'),
      {
        target,
        reason: 'absent',
        scope: 'read',
        expiresAt,
        dueAt,
        durationMs: 0,
        attempts: 1,
        source: 'endpoint',
      },
    ],
    ['failure', (tell) => tell.failed({ ...failure, usableMs: 9 }, at), { ...failed, usableUntil: 1_009 }],
    [
      'failure',
      (tell) => tell.failed({ ...failure, usableMs: 0 }, at),
      { ...failed, usableUntil: undefined },
    ],
    ['expire', (tell) => tell.expired(held, error), { target, expiresAt, lastError: error }],
    ['expire', (tell) => tell.expired(held, undefined), { target, expiresAt, lastError: undefined }],
    ['reject', (tell) => tell.rejected(held, 5), { target, issuedAt, nextAttemptAt: 5 }],
  ];
  for (const [index, [name, tell, event]] of rows.entries())
    it(`tells of ${name} by what is so, as in row ${index + 1}`, () => {
      const events = new EventEmitter(EVENT_NAMES);
      const heard: unknown[] = [];
      for (const each of EVENT_NAMES) events.on(each, (payload) => heard.push([each, payload]));
      tell(new FakeEntryEvents(events, target));
      expect(heard).to.deep.equal([[name, event]]);
    });
});
