import { expect } from 'chai';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../lib/ground/events.js';
import { RecordHealth } from '../../lib/sharing/record-health.js';
import { jwt } from '../support/jwt.js';
import { target } from '../support/target.js';

describe('RecordHealth', () => {
  it('tells of bad records once, until there is a good one', () => {
    const events = new EventEmitter(EVENT_NAMES);
    const told: unknown[] = [];
    events.on('degrade', ({ trouble, error }) => told.push([trouble, error.message, error.reason]));
    events.on('recover', ({ trouble, durationMs }) => told.push([trouble, durationMs]));
    const records = new RecordHealth(events, target);
    records.noteGood();
    records.noteBad('is cut off');
    records.noteBad('has expired');
    records.noteGood();
    records.noteGood();
    expect(told[0]).to.deep.equal(['record', 'The stored record is cut off. It is not used.', 'ERR_RECORD']);
    expect([told.length, (told[1] as unknown[])[0]]).to.deep.equal([2, 'record']);
  });

  it('shows on one line, and cut, what a store says of its record, without what looks like a token', () => {
    const events = new EventEmitter(EVENT_NAMES);
    const told: string[] = [];
    events.on('degrade', ({ error }) => told.push(error.message));
    new RecordHealth(events, target).noteBad(`is\nodd: ${jwt({ sub: 'x' })} ${'x'.repeat(1_000)}`);
    expect(told[0])
      .to.match(/^The stored record is odd: \[token\] x+…\. It is not used\.$/)
      .and.have.length.below(300);
  });
});
