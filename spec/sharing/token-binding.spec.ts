import { expect } from 'chai';
import type { ClientAuthenticator } from '../../lib/options/client-authenticator.js';
import { readBinding } from '../../lib/sharing/token-binding.js';
import { rejection } from '../support/rejection.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

const never = new AbortController().signal;

describe('readBinding', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime();
  });
  afterEach(() => time.restore());

  const read = (binding?: () => unknown, signal = never) => {
    const authenticator = { ...target.authenticator, ...(binding && { binding }) } as ClientAuthenticator;
    return readBinding({ ...target, authenticator }, { signal, timeoutMs: 500 });
  };

  it('waits for nothing where tokens are bound to nothing that changes', () => {
    expect(read()).to.deep.equal({ value: undefined });
  });

  for (const [what, binding, expected] of [
    ['a text', () => 'abc', { value: 'abc' }],
    ['a text, later', async () => 'abc', { value: 'abc' }],
    ['nothing', () => undefined, { value: undefined }],
    ['rubbish', () => 5, undefined],
    ['null', async () => null, undefined],
    [
      'an error',
      () => {
        throw new Error('no');
      },
      undefined,
    ],
    ['a rejection', () => Promise.reject(new Error('no')), undefined],
  ] as [string, () => unknown, unknown][]) {
    it(`is ${JSON.stringify(expected)} where the authenticator gives ${what}`, async () => {
      expect(await read(binding)).to.deep.equal(expected);
    });
  }

  it('is unknown after a while where the authenticator hangs', async () => {
    let is: unknown = 'open';
    void Promise.resolve(read(() => new Promise(() => undefined))).then((value) => (is = value));
    await time.pass(499);
    expect(is).to.equal('open');
    await time.pass(1);
    expect([is, time.armed]).to.deep.equal([undefined, 0]);
  });

  it('ends with an abort', async () => {
    const own = new AbortController();
    const reading = rejection(Promise.resolve(read(() => new Promise(() => undefined), own.signal)));
    own.abort(new Error('closed'));
    expect((await reading).message).to.equal('closed');
    expect(time.armed).to.equal(0);
  });
});
