import { expect } from 'chai';
import fc from 'fast-check';
import { startAll } from '../../lib/observe/start-all.js';

describe('startAll()', () => {
  it('starts all in turn, and ends all', () => {
    const running: string[] = [];
    const start = (name: string) => () => {
      running.push(name);
      return () => void running.splice(running.indexOf(name), 1);
    };
    const stop = startAll([start('a'), start('b')]);
    expect(running).to.deep.equal(['a', 'b']);
    stop();
    expect(running).to.deep.equal([]);
  });

  it('leaves nothing running where one throws, whichever it is, and throws the same', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.nat(10), (before, after) => {
        const error = new Error('no');
        const running = new Set<number>();
        const start = (place: number) => () => {
          if (place === before) throw error;
          running.add(place);
          return () => void running.delete(place);
        };
        const starts = Array.from({ length: before + 1 + after }, (_, place) => start(place));
        expect(() => startAll(starts)).to.throw(error);
        expect([...running]).to.deep.equal([]);
      }),
    );
  });
});
