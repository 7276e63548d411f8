import { expect } from 'chai';
import { EventEmitter } from '../../../lib/ground/event-emitter.js';
import { EVENT_NAMES } from '../../../lib/ground/events.js';
import type { TargetOptions } from '../../../lib/index.js';
import { readTarget } from '../../../lib/options/target-query.js';
import { FAKE_ORIGIN, FakeEntries } from '../../../lib/testing/fake/fake-entries.js';
import { outage } from '../../../lib/testing/fake/fake-event.js';
import { FakeTokens } from '../../../lib/testing/fake/fake-token.js';

const call = { signal: undefined, maxWaitMs: 1_000, minValidityMs: 0 };

describe('FakeEntries', () => {
  let entries: FakeEntries;
  beforeEach(() => {
    const tokens = FakeTokens.read({ token: ({ clientId, region = 'here' }) => `${clientId}-${region}` });
    entries = new FakeEntries('own', new EventEmitter(EVENT_NAMES), tokens);
  });
  const entry = (target: TargetOptions = {}) => entries.ensure(readTarget(target));
  const answers = (about: TargetOptions[]) =>
    Promise.all(
      about.map((target) =>
        entry(target)
          .getToken(call)
          .catch(({ code }) => code),
      ),
    );

  it('has one for each target, made when it is first asked for', () => {
    expect(entries.all).to.have.length(0);
    const all = [{}, { clientId: 'b' }, { region: 'eu' }, { scope: 'a' }, { resource: 'a' }].map(entry);
    expect(new Set(all).size).to.equal(5);
    expect(entries.all).to.deep.equal(all);
  });

  it('finds those alone that were asked for', () => {
    const find = (target: TargetOptions) => entries.find(readTarget(target));
    expect([find({}), find({ scope: 'a' })]).to.deep.equal([undefined, undefined]);
    const own = entry({ scope: 'a b' });
    expect([find({ scope: 'b a' }), find({ clientId: 'own', scope: 'a b' })]).to.deep.equal([own, own]);
    expect([find({ scope: 'a' }), entries.all.length]).to.deep.equal([undefined, 1]);
  });

  it('knows one target by all spellings', () => {
    expect(entry({ clientId: 'own' })).to.equal(entry());
    expect(entry({ scope: [] })).to.equal(entry());
    expect(entry({ resource: [] })).to.equal(entry());
    expect(entry({ scope: 'b a' })).to.equal(entry({ scope: ['a', 'b', 'a'] }));
    expect(entries.all).to.have.length(2);
  });

  it('tells the function whose token it is', async () => {
    const about = [{}, { clientId: 'b' }, { region: 'eu' }];
    expect(await answers(about)).to.deep.equal(['own-here', 'b-here', 'own-eu']);
  });

  it('directs all, also those that come later', async () => {
    entry();
    entries.direct(outage(), undefined);
    expect(await answers([{}, { clientId: 'b' }])).to.deep.equal(Array(2).fill('ERR_TOKEN_UNAVAILABLE'));
  });

  it('directs all, although the function throws for some, and throws the first of these errors', async () => {
    const about = [{ clientId: 'a' }, {}, { clientId: 'b' }, { clientId: 'c' }];
    for (const target of about) entry(target);
    const picky = FakeTokens.read({
      token: ({ clientId }) => {
        if (clientId.length === 1 && clientId !== 'c') throw new Error(clientId);
        return `new-${clientId}`;
      },
    });
    expect(() => entries.direct(picky, undefined)).to.throw(/^a$/);
    expect(entries.all.map((each) => each.peek()?.value)).to.deep.equal([
      undefined,
      'new-own',
      undefined,
      'new-c',
    ]);
    const outcomes = about.map((target) =>
      entry(target)
        .getToken(call)
        .catch(({ message }) => message),
    );
    expect(await Promise.all(outcomes)).to.deep.equal(['a', 'new-own', 'b', 'new-c']);
  });

  it('directs one alone, which may not be there yet', async () => {
    entries.direct(outage(), readTarget({ clientId: 'b' }));
    expect(await answers([{}, { clientId: 'b' }])).to.deep.equal(['own-here', 'ERR_TOKEN_UNAVAILABLE']);
  });

  it('is closed for good, with all that it has', async () => {
    entry();
    expect(entries.isClosed).to.equal(false);
    entries.close();
    entries.direct(outage(), undefined);
    entries.direct(outage(), readTarget({ clientId: 'b' }));
    expect([entries.isClosed, entries.all.length]).to.deep.equal([true, 1]);
    expect(await answers([{}])).to.deep.equal(['ERR_PROVIDER_CLOSED']);
  });

  it('names targets as events do', () => {
    const summary = (target: TargetOptions) => entries.summarize(readTarget(target));
    expect(summary({})).to.deep.equal({
      tokenEndpoint: `${FAKE_ORIGIN}/token`,
      clientId: 'own',
      scope: [],
      resource: [],
    });
    expect(summary({ clientId: 'b', region: 'e/u', scope: 'b a', resource: 'r' })).to.deep.equal({
      tokenEndpoint: `${FAKE_ORIGIN}/e%2Fu/token`,
      clientId: 'b',
      scope: ['a', 'b'],
      resource: ['r'],
    });
    for (const named of [{}, { scope: 'b a', resource: ['r', 's'] }].map(summary))
      for (const part of [named, named.scope, named.resource]) expect(Object.isFrozen(part)).to.equal(true);
    expect(FAKE_ORIGIN).to.equal('https://fake.invalid');
  });
});
