import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { TokenRequestError, TokenStoreError } from '../../lib/ground/errors.js';
import { EventEmitter } from '../../lib/ground/event-emitter.js';
import { EVENT_NAMES, type EventName, type TokenProviderEvents } from '../../lib/ground/events.js';

const target = { tokenEndpoint: 'https://as.example/token', clientId: 'acme', scope: [], resource: [] };
const error = new TokenRequestError('reset', 'ECONNRESET');
const storeError = new TokenStoreError('refused', 'ECONNREFUSED');

/** One of each, with all its fields: the compiler keeps the list whole. */
const EXAMPLES: { readonly [Name in EventName]: Required<TokenProviderEvents[Name]> } = {
  refresh: {
    target,
    reason: 'due',
    scope: 'read',
    expiresAt: 3,
    dueAt: 2,
    durationMs: 1,
    attempts: 1,
    source: 'endpoint',
  },
  retry: { target, reason: 'due', error, attempt: 1, delayMs: 300, nextAttemptAt: 4 },
  failure: {
    target,
    reason: 'due',
    error,
    attempts: 6,
    permanent: false,
    nextAttemptAt: 4,
    usableUntil: 5,
  },
  expire: { target, expiresAt: 3, lastError: error },
  reject: { target, issuedAt: 0, nextAttemptAt: 4 },
  evict: { target, expiresAt: 3 },
  degrade: { target, trouble: 'read', error: storeError },
  recover: { target, trouble: 'read', durationMs: 7 },
};
const NAMES = Object.keys(EXAMPLES) as EventName[];

/** The rows of the first table of docs/events.md: the name and the fields of the payload. */
function documented(): [string, string[]][] {
  const [table = ''] = readFileSync('docs/events.md', 'utf8').split('\n## ');
  const words = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, word = '']) => word);
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => {
    const [, name = '', , payload = ''] = row.split('|');
    return [words(name)[0] ?? '', words(payload)];
  });
}

describe('events', () => {
  for (const name of NAMES) {
    it(`${name} goes to those who listen to it, and to nobody else`, () => {
      const heard: unknown[] = [];
      const events = new EventEmitter(EVENT_NAMES);
      for (const other of NAMES) events.on(other, (event) => heard.push([other, event]));
      events.emit(name, () => ({ ...EXAMPLES[name] }));
      expect(heard).to.deep.equal([[name, EXAMPLES[name]]]);
    });
  }

  it('are those that docs/events.md names, with these fields', () => {
    expect(documented()).to.have.deep.members(NAMES.map((name) => [name, Object.keys(EXAMPLES[name])]));
  });
});
