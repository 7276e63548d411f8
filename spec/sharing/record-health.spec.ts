import { expect } from 'chai';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { RecordHealth } from '../../lib/sharing/record-health.js';
import { target } from '../support/target.js';

describe('RecordHealth', () => {
  it('tells of bad records once, until there is a good one', () => {
    const events = new EventEmitter();
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
});
