import { expect } from 'chai';
import { FetchBody } from '../../../lib/attach/fetch/fetch-body.js';

const target = 'https://api.example/';
const settled = () => new Promise(setImmediate);
const stream = (cancel: (reason: unknown) => void = () => undefined) =>
  new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1)), cancel });

async function* iterate() {
  yield 'text';
}

const next = (body: FetchBody) => {
  const init: { body?: unknown } = {};
  body.addTo(init);
  return init;
};

describe('FetchBody', () => {
  it('names what is given for each sending, and nothing where there is none', () => {
    const body = new FetchBody({ target, body: 'text' });
    expect([next(body), next(body)]).to.deep.equal([{ body: 'text' }, { body: 'text' }]);
    const none = new FetchBody({ target, body: undefined });
    expect([none.isReplayable, next(none)]).to.deep.equal([true, {}]);
  });

  for (const [kind, body, isReplayable] of [
    ['text', 'text', true],
    ['bytes', new Uint8Array(1), true],
    ['a blob', new Blob([]), true],
    ['an object, whose text is sent', { toString: () => 'text' }, true],
    ['a stream', stream(), false],
    ['an async iterator', iterate(), false],
    ['an async iterable', { [Symbol.asyncIterator]: () => undefined }, false],
    ['a stream of Node.js', { pipe: () => undefined }, false],
  ] as const) {
    it(`can send ${kind} again: ${isReplayable}`, () => {
      expect(new FetchBody({ target, body }).isReplayable).to.equal(isReplayable);
    });
  }

  it('leaves the first sending to the Request whose body it is, and keeps it for others', async () => {
    const request = new Request(target, { method: 'POST', body: 'own' });
    const body = new FetchBody({ target: request, body: undefined });
    expect(body.isReplayable).to.equal(false);
    expect([next(body), await request.text()]).to.deep.equal([{}, 'own']);
    expect(body.isReplayable).to.equal(true);
    expect(next(body)).to.deep.equal({ body: new TextEncoder().encode('own') });
  });

  it('prefers what is given to that of the Request, which it leaves alone', () => {
    const request = new Request(target, { method: 'POST', body: 'own' });
    const body = new FetchBody({ target: request, body: 'given' });
    expect([body.isReplayable, next(body), request.bodyUsed]).to.deep.equal([true, { body: 'given' }, false]);
  });

  it('tells a stream that nobody will read it, unless it was taken', async () => {
    const reasons: unknown[] = [];
    const cancel = (reason: unknown) => reasons.push(reason);
    const taken = new FetchBody({ target, body: stream(cancel) });
    next(taken);
    taken.cancel('late');
    new FetchBody({ target, body: stream(cancel) }).cancel('given');
    const init = { method: 'POST', body: stream(cancel), duplex: 'half' } as RequestInit;
    new FetchBody({ target: new Request(target, init), body: undefined }).cancel('of a Request');
    new FetchBody({ target, body: 'text' }).cancel('text');
    const locked = stream(cancel);
    locked.getReader();
    new FetchBody({ target, body: locked }).cancel('locked');
    await settled();
    expect(reasons).to.have.length(2);
    expect(reasons[0]).to.equal('given');
  });
});
