import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { SealingKeys } from '../../lib/stores/sealing-keys.js';
import { KeySeal, NoSeal, RecordFault } from '../../lib/stores/token-seal.js';
import { rejection } from '../support/rejection.js';

describe('KeySeal', () => {
  const [one, two] = [randomBytes(32), randomBytes(32)];
  const seal = new KeySeal(new SealingKeys({ k1: one }));
  const text = fc.string({ unit: 'binary', maxLength: 200 });

  const expectFault = async (opening: Promise<string>, words: string | RegExp = /./) => {
    const error = await rejection(opening);
    expect(error).to.be.an.instanceOf(RecordFault);
    expect(error.message).to.match(new RegExp(words));
  };

  it('opens what it has sealed, for the same target alone', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (secret, about, other) => {
        const record = await seal.seal(secret, about);
        expect(await seal.open(record, about)).to.equal(Buffer.from(secret).toString());
        if (Buffer.from(other).toString() !== Buffer.from(about).toString())
          await expectFault(seal.open(record, other), 'does not open');
      }),
    );
  });

  it('opens nothing in which one character is another', async () => {
    const record = await seal.seal('the token', 'target');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(record.length - 1),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, letter) => {
          const forged = record.slice(0, at) + letter + record.slice(at + 1);
          const isSame = Buffer.from(forged.slice(8), 'base64url').equals(
            Buffer.from(record.slice(8), 'base64url'),
          );
          if (!(isSame && forged.startsWith('m2m2.k1.'))) await expectFault(seal.open(forged, 'target'));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('opens nothing that only contains a record', async () => {
    const record = await seal.seal('the token', 'target');
    for (const around of [
      `x${record}`,
      ` ${record}`,
      `${record}.`,
      `${record}=`,
      `${record} `,
      record.slice(1),
    ])
      await expectFault(seal.open(around, 'target'), 'is not sealed in the way of this version');
  });

  it('takes ids of one letter or many', async () => {
    for (const id of ['k', 'key-2026_11']) {
      const own = new KeySeal(new SealingKeys({ [id]: two }));
      const record = await own.seal('the token', 'target');
      expect(record.split('.').slice(0, 2)).to.deep.equal(['m2m2', id]);
      expect(await own.open(record, 'target')).to.equal('the token');
    }
  });

  it('takes rubbish for what it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.base64String().map((data) => `m2m2.k1.${data}`),
        ),
        (rubbish) => expectFault(seal.open(rubbish, 'target')),
      ),
      { numRuns: 500 },
    );
  });

  it('shows nothing of the text, and never the same record twice', async () => {
    const records = [await seal.seal('the token', 'a'), await seal.seal('the token', 'a')];
    expect(new Set(records).size).to.equal(2);
    for (const record of records)
      expect(Buffer.from(record.slice(8), 'base64url').toString('latin1')).to.not.contain('token');
  });

  it('seals with the first key, and opens by the id of any', async () => {
    const later = new KeySeal(new SealingKeys({ k2: two, k1: one }));
    expect(await later.open(await seal.seal('old', 'a'), 'a')).to.equal('old');
    const record = await later.seal('new', 'a');
    expect(record).to.match(/^m2m2\.k2\./);
    await expectFault(seal.open(record, 'a'), 'a key whose id is not among the keys');
  });

  it('does not open what another key has sealed under the same id', async () => {
    const foreign = new KeySeal(new SealingKeys({ k1: two }));
    await expectFault(seal.open(await foreign.seal('x', 'a'), 'a'), 'does not open');
  });

  it('does not take the id of one key for another, even where both have the same bytes', async () => {
    const both = new KeySeal(new SealingKeys({ k1: one, k2: one }));
    const record = await both.seal('x', 'a');
    await expectFault(both.open(record.replace('.k1.', '.k2.'), 'a'), 'does not open');
  });

  it('knows its own version alone', async () => {
    const record = await seal.seal('x', 'a');
    await expectFault(
      seal.open(record.replace('m2m2', 'm2m1'), 'a'),
      'not sealed in the way of this version',
    );
    await expectFault(seal.open(await new NoSeal().seal('x', 'a'), 'a'), 'not sealed');
    await expectFault(seal.open('m2m2.k1.AAAA', 'a'), 'is cut off');
  });

  it('passes on what goes wrong with a key: that is no fault of the record', async () => {
    const broken = new KeySeal(
      new SealingKeys({
        k1: () => {
          throw new Error('vault sealed');
        },
      }),
    );
    expect((await rejection(broken.open(await seal.seal('x', 'a'), 'a'))).message).to.equal('vault sealed');
  });
});

describe('NoSeal', () => {
  it('stores text in clear, for one target', async () => {
    const record = await new NoSeal().seal('{"value":"t"}', 'a');
    expect(record).to.match(/\{"value":"t"\}$/);
    expect(await new NoSeal().open(record, 'a')).to.equal('{"value":"t"}');
    for (const [text, about] of [
      [record, 'b'],
      ['{"value":"t"}', 'a'],
    ] as const)
      expect(await rejection(new NoSeal().open(text, about))).to.be.an.instanceOf(RecordFault);
  });
});
