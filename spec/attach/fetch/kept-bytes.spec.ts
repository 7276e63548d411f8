import { expect } from 'chai';
import { KeptBytes } from '../../../lib/attach/fetch/kept-bytes.js';

const settled = () => new Promise(setImmediate);
const LIMIT = 1_048_576;

describe('KeptBytes', () => {
  const readerOf = (...sizes: number[]) =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const size = sizes.shift();
        if (size === undefined) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(sizes.length));
      },
    }).getReader();

  it('has them when all have come, and not before', async () => {
    let controller = {} as ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({
      start: (given) => {
        controller = given;
      },
    });
    const kept = new KeptBytes(stream.getReader());
    controller.enqueue(new Uint8Array([1, 2]));
    controller.enqueue(new Uint8Array([3]));
    await settled();
    expect(kept.whole).to.equal(undefined);
    controller.close();
    await settled();
    expect(kept.whole).to.deep.equal(new Uint8Array([1, 2, 3]));
  });

  for (const [sizes, isKept] of [
    [[], true],
    [[LIMIT], true],
    [[LIMIT, 1], false],
    [[LIMIT + 1, 5], false],
  ] as const) {
    it(`keeps ${sizes.join(' and ')} bytes: ${isKept}`, async () => {
      const kept = new KeptBytes(readerOf(...sizes));
      await settled();
      expect(kept.whole?.byteLength).to.equal(isKept ? (sizes[0] ?? 0) : undefined);
    });
  }

  it('reads no further than it keeps, nor after it was told to stop', async () => {
    const reasons: unknown[] = [];
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(LIMIT / 4)),
        cancel: (reason) => {
          reasons.push(reason);
        },
      }).getReader();
    new KeptBytes(endless());
    await settled();
    expect(reasons[0]).to.be.instanceOf(RangeError);
    new KeptBytes(endless()).cancel('enough');
    await settled();
    expect(reasons[1]).to.equal('enough');
  });

  it('keeps nothing of a stream that fails, and says nothing', async () => {
    const failing = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('mine')),
    });
    const kept = new KeptBytes(failing.getReader());
    await settled();
    expect(kept.whole).to.equal(undefined);
    kept.cancel('late');
    await settled();
  });
});
