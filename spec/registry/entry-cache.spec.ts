import { expect } from 'chai';
import { EntryCache, type Evictable } from '../../lib/registry/entry-cache.js';

class Guest implements Evictable {
  askedAt = 0;
  rankedAt = 0;
  isAwaited = false;

  constructor(readonly name: string) {}
}

describe('EntryCache', () => {
  let gone: string[];
  let cache: EntryCache<Guest>;
  const open = (max: number) => {
    gone = [];
    cache = new EntryCache<Guest>(max, ({ name }) => gone.push(name));
  };
  const add = (...names: string[]) =>
    names.map((name) => {
      const guest = new Guest(name);
      cache.add(name, guest);
      return guest;
    });
  const names = () => Array.from(cache.values(), ({ name }) => name);

  it('gives what was put in, by its key alone', () => {
    open(2);
    const [a] = add('a');
    expect(cache.get('a')).to.equal(a);
    expect(cache.get('b')).to.equal(undefined);
    expect(names()).to.deep.equal(['a']);
  });

  it('lets nobody stay for having been looked at', () => {
    open(2);
    add('a', 'b');
    expect([cache.get('a')?.name, names().length]).to.deep.equal(['a', 2]);
    add('c');
    expect(gone).to.deep.equal(['a']);
  });

  it('takes up to its bound, and then lets one go for each that comes', () => {
    open(3);
    add('a', 'b', 'c');
    expect(gone).to.deep.equal([]);
    add('d', 'e');
    expect(gone).to.deep.equal(['a', 'b']);
    expect(names()).to.deep.equal(['c', 'd', 'e']);
    expect(cache.get('a')).to.equal(undefined);
  });

  it('keeps one where there is room for one', () => {
    open(1);
    add('a', 'b', 'c');
    expect([gone, names()]).to.deep.equal([['a', 'b'], ['c']]);
  });

  it('gives a second chance to who was asked for since, though nobody told it so', () => {
    open(3);
    const [a] = add('a', 'b', 'c') as [Guest];
    a.askedAt = 5;
    add('d');
    expect(gone).to.deep.equal(['b']);
    add('e', 'f', 'g');
    expect(gone).to.deep.equal(['b', 'c', 'd', 'a']);
  });

  it('holds its bound, also where all were asked for since', () => {
    for (const max of [1, 2, 3, 10, 63, 64, 65, 200]) {
      open(max);
      for (let count = 0; count < 3 * max; count += 1) {
        for (const guest of cache.values()) guest.askedAt += 1;
        add(`${count}`);
        expect(names()).to.have.length.at.most(max).and.include(`${count}`);
      }
    }
  });

  it('lets go, of very many who were all asked for since, the one that was asked for the longest ago', () => {
    open(200);
    const guests = add(...Array.from({ length: 200 }, (_, index) => `${index}`));
    for (const [index, guest] of guests.entries()) guest.askedAt = 1_000 + ((index * 7) % 200);
    add('x');
    const first = guests.slice(0, 8).reduce((a, b) => (a.askedAt < b.askedAt ? a : b));
    expect(gone).to.deep.equal([first.name]);
  });

  it('lets the excess go when told that nobody waits any more, even the newest', () => {
    open(2);
    const guests = add('a', 'b');
    for (const guest of guests) guest.isAwaited = true;
    add('c', 'd');
    expect([gone, names().length]).to.deep.equal([['c'], 3]);
    for (const guest of guests) {
      guest.isAwaited = false;
      cache.release(() => guest.name);
      cache.release(() => guest.name);
    }
    expect(names()).to.have.length(2);
  });

  it('never lets go the newest in its own place, however many are too many', () => {
    for (const stayers of [1, 2, 5]) {
      open(1);
      const awaited = add(...Array.from({ length: stayers }, (_, index) => `awaited${index}`));
      for (const guest of awaited) guest.isAwaited = true;
      add('released');
      const [released] = [...cache.values()].filter(({ name }) => name === 'released');
      if (released) cache.release(() => 'released');
      add('newest');
      expect(names()).to.include('newest');
    }
  });

  it('looks for nobody again while all were found awaited, until one is released', () => {
    open(1);
    let looks = 0;
    const guests = Array.from({ length: 100 }, (_, index) => new Guest(`${index}`));
    for (const guest of guests) {
      Object.defineProperty(guest, 'isAwaited', { get: () => ++looks > 0, configurable: true });
      cache.add(guest.name, guest);
    }
    expect(looks).to.be.within(100, 9 * 100);
    for (const guest of guests) {
      Object.defineProperty(guest, 'isAwaited', { value: false });
      cache.release(() => guest.name);
    }
    expect(names()).to.have.length(1);
    add('x');
    expect(names()).to.deep.equal(['x']);
  });

  it('takes a clock that was set back for a call, too', () => {
    open(2);
    const [a] = add('a', 'b') as [Guest];
    a.askedAt = -3_600_000;
    add('c');
    expect(gone).to.deep.equal(['b']);
  });

  it('passes over whom callers wait for, and lets him go when they are gone', () => {
    open(2);
    const [a] = add('a', 'b') as [Guest];
    a.isAwaited = true;
    add('c');
    expect(gone).to.deep.equal(['b']);
    a.isAwaited = false;
    add('d', 'e');
    expect(names()).to.not.include('a');
  });

  it('rather grows than lets the newest go, or one that callers wait for; and shrinks again later', () => {
    open(2);
    const guests = add('a', 'b');
    for (const guest of guests) guest.isAwaited = true;
    add('c');
    expect([gone, names().length]).to.deep.equal([[], 3]);
    for (const guest of guests) guest.isAwaited = false;
    add('d');
    expect(gone).to.have.length(2);
    expect(names()).to.have.length(2).and.include('d');
  });

  it('does not look at all of very many whom callers wait for', () => {
    open(3_000);
    let looks = 0;
    for (let count = 0; count < 3_000; count += 1) {
      const guest = new Guest(`${count}`);
      Object.defineProperty(guest, 'isAwaited', { get: () => ++looks > 0 });
      cache.add(guest.name, guest);
    }
    add('one too many');
    expect(looks).to.be.within(1, 1_000);
    expect(gone).to.deep.equal([]);
  });
});
