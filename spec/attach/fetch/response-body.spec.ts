import { Readable } from 'node:stream';
import { expect } from 'chai';
import { release } from '../../../lib/attach/fetch/response-body.js';

const settled = () => new Promise(setImmediate);

describe('release()', () => {
  it('cancels a web stream', () => {
    let isCancelled = false;
    const cancel = () => {
      isCancelled = true;
    };
    release(new Response(new ReadableStream({ cancel })));
    expect(isCancelled).to.equal(true);
  });

  it('has nothing to do where there is no body', () => {
    release(new Response(null));
    release({} as Response);
  });

  it('minds nothing that is wrong with it', async () => {
    const locked = new Response('body');
    locked.body?.getReader();
    release(locked);
    release({ body: { cancel: () => Promise.reject(new Error('mine')) } } as never);
    release({
      get body(): never {
        throw new Error('mine');
      },
    } as never);
    await settled();
  });

  it('reads a stream of Node.js to its end, and no more than some of what is large', async () => {
    const small = Readable.from(Array.from({ length: 16 }, () => Buffer.alloc(65_536)));
    release({ body: small } as never);
    await new Promise((resolve) => small.once('end', resolve));
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    release({ body: endless } as never);
    await new Promise((resolve) => endless.once('close', resolve));
    const failing = new Readable({ read: () => undefined });
    release({ body: failing } as never);
    failing.destroy(new Error('reset'));
    await settled();
  });
});
