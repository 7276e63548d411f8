import { expect } from 'chai';
import { endsIn, startWatch, withinSpan } from '../../../lib/testing/store/store-time.js';
import { rejection } from '../../support/rejection.js';

describe('endsIn', () => {
  /** A watch that goes 1 ms further at each look. */
  const watchFrom = (ms: number) => {
    let now = ms;
    return () => now++;
  };

  it('waits until it has ended', async () => {
    let looks = 0;
    await endsIn(0, 'It', startWatch(), async () => ++looks === 3);
    expect(looks).to.equal(3);
  });

  for (const [tookMs, isFine] of [
    [88, false],
    [89, false],
    [90, true],
    [5_000, true],
  ] as const)
    it(`${isFine ? 'takes' : 'refuses'} an end of 100 ms after ${tookMs} ms`, async () => {
      const ended = endsIn(100, 'It', watchFrom(tookMs), async () => true);
      if (isFine) await ended;
      else
        expect((await rejection(ended)).message).to.match(/^It must end after 100 ms; it did after \d+\.$/);
    });

  it('has patience for as long as 2 s beyond', async () => {
    let looks = 0;
    const look = async () => {
      looks += 1;
      return false;
    };
    const { message } = await rejection(endsIn(100, 'It', watchFrom(2_098), look));
    expect([message, looks]).to.deep.equal(['It must end after 100 ms, and has not.', 3]);
  });
});

describe('endsIn, with another patience,', () => {
  for (const [graceMs, looksMs, isFine] of [
    [100, 199, true],
    [100, 200, false],
    [0, 100, false],
  ] as const)
    it(`${isFine ? 'waits on' : 'gives up'} ${looksMs} ms after the start, for 100 ms and ${graceMs} beyond`, async () => {
      let looks = 0;
      const ended = endsIn(
        100,
        'It',
        () => looksMs,
        async () => ++looks === 2,
        { graceMs },
      );
      if (isFine) await ended;
      else expect((await rejection(ended)).message).to.equal('It must end after 100 ms, and has not.');
      expect(looks).to.equal(isFine ? 2 : 1);
    });
});

describe('endsIn, with leave to end early,', () => {
  for (const [tookMs, isFine] of [
    [58, false],
    [59, false],
    [60, true],
  ] as const)
    it(`${isFine ? 'takes' : 'refuses'} an end of 100 ms after ${tookMs} ms, for up to 30 ms early`, async () => {
      let now = tookMs;
      const ended = endsIn(
        100,
        'It',
        () => now++,
        async () => true,
        { earlyMs: 30 },
      );
      if (isFine) await ended;
      else expect((await rejection(ended)).message).to.match(/^It must end after 100 ms; it did after/);
    });
});

describe('withinSpan', () => {
  it('tries longer spans where a shorter one was missed', async () => {
    const spans: number[] = [];
    await withinSpan(async (spanMs) => spans.push(spanMs) === 2);
    expect(spans).to.deep.equal([150, 1_000]);
  });

  it('gives up after 5 s', async () => {
    const spans: number[] = [];
    const failed = withinSpan(async (spanMs) => spans.push(spanMs) === 0);
    expect((await rejection(failed)).message).to.match(/too slow to be tested/);
    expect(spans).to.deep.equal([150, 1_000, 5_000]);
  });
});
