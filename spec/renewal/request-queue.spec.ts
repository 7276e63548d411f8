import { expect } from 'chai';
import fc from 'fast-check';
import { RequestQueue } from '../../lib/renewal/request-queue.js';
import { rejection } from '../support/rejection.js';

describe('RequestQueue', () => {
  let queue: RequestQueue;
  let started: string[];
  let end: Map<string, (error?: Error) => void>;

  const set = (limit: number) => {
    queue = new RequestQueue(limit);
    started = [];
    end = new Map();
  };
  const lane = 'as.example';
  const run = (
    name: string,
    { isUrgent = false, owner = {}, by = new AbortController().signal, in: place = lane } = {},
  ) => {
    const work = () => {
      started.push(name);
      return new Promise<string>((resolve, reject) =>
        end.set(name, (error) => (error ? reject(error) : resolve(name))),
      );
    };
    return queue.run(work, { lane: place, owner, isUrgent: () => isUrgent, signal: by });
  };
  const finish = async (name: string, error?: Error) => {
    end.get(name)?.(error);
    await new Promise(setImmediate);
  };

  it('starts at once the work there is room for, and the rest in the order in which it came', async () => {
    set(2);
    const runs = ['a', 'b', 'c', 'd'].map((name) => run(name));
    expect(started).to.deep.equal(['a', 'b']);
    await finish('b');
    expect(started).to.deep.equal(['a', 'b', 'c']);
    for (const name of ['a', 'c', 'd']) await finish(name);
    expect(await Promise.all(runs)).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('starts first the work that callers wait for', async () => {
    set(1);
    void run('a');
    void run('background');
    void run('asked for', { isUrgent: true });
    await finish('a');
    await finish('asked for');
    expect(started).to.deep.equal(['a', 'asked for', 'background']);
  });

  it('starts first the work that a caller has come to wait for since', async () => {
    set(1);
    const owner = {};
    void run('a');
    void run('b');
    void run('c', { owner });
    for (const other of [owner, owner, {}]) queue.expedite({ lane, owner: other });
    await finish('a');
    expect(started).to.deep.equal(['a', 'c']);
    await finish('c');
    expect(started).to.deep.equal(['a', 'c', 'b']);
  });

  it('goes on after work that failed, and rejects with its error', async () => {
    set(1);
    const failure = rejection(run('a'));
    const next = run('b');
    await finish('a', new Error('no'));
    expect((await failure).message).to.equal('no');
    await finish('b');
    expect(await next).to.equal('b');
  });

  it('does not start work that was aborted in the queue, and leaves the others their places', async () => {
    set(1);
    void run('a');
    for (const isUrgent of [false, true]) {
      const own = new AbortController();
      const failure = rejection(run('aborted', { isUrgent, by: own.signal }));
      own.abort(new Error('closed'));
      expect((await failure).message).to.equal('closed');
    }
    const next = run('b');
    await finish('a');
    await finish('b');
    expect([await next, started]).to.deep.equal(['b', ['a', 'b']]);
  });

  it('does not even queue work that was aborted before', async () => {
    set(1);
    for (const isFull of [false, true]) {
      if (isFull) void run('a');
      const failure = rejection(run('aborted', { by: AbortSignal.abort(new Error('closed')) }));
      expect((await failure).message).to.equal('closed');
    }
    expect(started).to.deep.equal(['a']);
  });

  it('lets the lanes take turns, each with its own work in the order in which it came', async () => {
    set(1);
    void run('first');
    for (const name of ['a1', 'a2', 'a3', 'a4']) void run(name, { in: 'a' });
    for (const name of ['b1', 'b2']) void run(name, { in: 'b' });
    void run('c1', { in: 'c' });
    void run('b0', { in: 'b', isUrgent: true });
    for (let turn = 0; turn < 8; turn += 1) await finish(started.at(-1) ?? '');
    expect(started).to.deep.equal(['first', 'b0', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  for (const [limit, most] of [
    [2, 1],
    [3, 2],
    [4, 3],
    [16, 12],
  ] as const) {
    it(`gives one lane no more than ${most} of ${limit} where there are others, and all where there are none`, async () => {
      set(limit);
      const names = Array.from({ length: limit + 1 }, (_, index) => `a${index}`);
      for (const name of names) void run(name, { in: 'a' });
      expect(started).to.have.length(limit);
      void run('b0', { in: 'b' });
      for (const name of names.slice(0, limit)) await finish(name);
      expect(started.slice(limit).sort()).to.deep.equal([names[limit], 'b0'].sort());
      for (const name of started.slice(limit)) await finish(name);
      const before = started.length;
      for (const name of names) void run(`${name}'`, { in: 'a', isUrgent: true });
      expect(started.length - before).to.equal(most);
      if (limit > 1) {
        void run('b1', { in: 'b' });
        expect(started.at(-1)).to.equal('b1');
      }
    });
  }

  it('leaves the signal alone once the work has begun', async () => {
    set(1);
    const own = new AbortController();
    void run('a');
    const late = run('b', { by: own.signal });
    await finish('a');
    own.abort();
    await finish('b');
    expect(await late).to.equal('b');
  });

  it('never runs more than its limit at once, and at last runs all', async () => {
    const jobs = fc.array(fc.record({ isUrgent: fc.boolean(), fails: fc.boolean(), turns: fc.nat(3) }), {
      maxLength: 30,
    });
    const check = async (limit: number, plans: { isUrgent: boolean; fails: boolean; turns: number }[]) => {
      set(limit);
      let running = 0;
      let most = 0;
      const work = (turns: number, fails: boolean) => async () => {
        most = Math.max(most, ++running);
        for (let turn = 0; turn < turns; turn += 1) await null;
        running -= 1;
        if (fails) throw new Error('no');
      };
      const runs = plans.map(({ isUrgent, fails, turns }) =>
        queue.run(work(turns, fails), {
          lane: `${turns}`,
          owner: {},
          isUrgent: () => isUrgent,
          signal: new AbortController().signal,
        }),
      );
      const outcomes = await Promise.allSettled(runs);
      expect(outcomes.map(({ status }) => status === 'rejected')).to.deep.equal(
        plans.map(({ fails }) => fails),
      );
      expect(most).to.be.at.most(limit);
    };
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 5 }), jobs, check), { numRuns: 50 });
  });
});
