import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { SealingKeys } from '../../lib/stores/sealing-keys.js';
import { rejection } from '../support/rejection.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('SealingKeys', () => {
  const bytes = randomBytes(32);

  for (const [kind, key] of [
    ['a Buffer', bytes],
    ['bytes', Uint8Array.from(bytes)],
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
    ['a function', () => bytes],
    ['a function that promises', async () => bytes.toString('base64')],
  ] as const) {
    it(`takes ${kind}`, async () => {
      const keys = new SealingKeys({ k1: key });
      expect([keys.firstId, keys.has('k1'), keys.has('k2')]).to.deep.equal(['k1', true, false]);
      expect(Buffer.from(await keys.get('k1')).equals(bytes)).to.equal(true);
    });
  }

  it('seals with the first one', () => {
    expect(new SealingKeys({ b: bytes, a: bytes }).firstId).to.equal('b');
  });

  it('keeps a copy, since yours may be wiped', async () => {
    const own = Buffer.from(bytes);
    const keys = new SealingKeys({ k1: own });
    own.fill(0);
    expect(Buffer.from(await keys.get('k1')).equals(bytes)).to.equal(true);
  });

  for (const [what, keys, words] of [
    ['no object', 'k1', 'keys: must be an object of keys by id; got a string.'],
    ['an array', [bytes], 'keys: must be an object of keys by id; got an array.'],
    ['none', {}, 'keys: must hold one key at least'],
    ['a number for an id, whose order is lost', { 1: bytes }, 'keys: has an id that is not'],
    ['an odd id', { 'k.1': bytes }, 'keys: has an id that is not'],
    ['an id that begins with a digit', { '1k': bytes }, 'keys: has an id that is not'],
    [
      'a variable that is not set',
      { k1: undefined },
      'keys.k1: must be 32 bytes, as base64 or as a Buffer; got nothing.',
    ],
    ['empty text', { k1: '' }, 'keys.k1: must be 32 bytes, as base64 or as a Buffer; got an empty string.'],
    [
      'a passphrase',
      { k1: 'correct horse battery staple' },
      'keys.k1: must be 32 bytes, as base64 or as a Buffer; got other text.',
    ],
    ['31 bytes', { k1: bytes.subarray(1) }, 'keys.k1: must be 32 bytes; got 31.'],
    [
      '31 bytes under an odd id',
      { k1: bytes, 'h0rse-battery': bytes.subarray(1) },
      'keys[1]: must be 32 bytes; got 31.',
    ],
    ['33 bytes', { k1: randomBytes(33).toString('base64') }, 'keys.k1: must be 32 bytes; got 33.'],
    ['hex of them', { k1: bytes.toString('hex') }, 'keys.k1: must be 32 bytes; got 48.'],
  ] as const) {
    it(`refuses ${what}, and shows nothing of it`, () => {
      expect(() => new SealingKeys(keys)).to.throw(ConfigurationError, words);
      expect(() => new SealingKeys(keys)).to.not.throw(/horse/);
    });
  }

  it('asks a function when the key is needed, once; again after it failed', async () => {
    const source = sinon.stub().resolves(bytes);
    source.onFirstCall().rejects(new Error('vault sealed'));
    const keys = new SealingKeys({ k1: source });
    expect(source.callCount).to.equal(0);
    expect((await rejection(keys.get('k1'))).message).to.equal('vault sealed');
    await Promise.all([keys.get('k1'), keys.get('k1')]);
    await keys.get('k1');
    expect(source.callCount).to.equal(2);
  });

  it('asks a function again that gave no answer in ten seconds', async () => {
    const time = new VirtualTime();
    try {
      const source = sinon.stub().resolves(bytes);
      source.onFirstCall().returns(new Promise(() => undefined));
      const keys = new SealingKeys({ k1: source });
      const first = rejection(keys.get('k1'));
      await time.pass(10_000);
      expect(await first).to.include({ code: 'ERR_TOKEN_STORE', reason: 'ETIMEDOUT' });
      expect((await keys.get('k1')).length).to.equal(32);
    } finally {
      time.restore();
    }
  });

  it('checks what a function gives', async () => {
    const keys = new SealingKeys({ k1: () => 'short' });
    expect((await rejection(keys.get('k1'))).message).to.contain('keys.k1: must be 32 bytes; got 3.');
  });
});
