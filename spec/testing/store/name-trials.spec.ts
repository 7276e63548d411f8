import { expect } from 'chai';
import type { TokenStore } from '../../../lib/ground/token-store.js';
import { nameTrials } from '../../../lib/testing/store/name-trials.js';
import { verdictOn, wrongStore } from '../../support/wrong-store.js';

/** A store to which names are what this makes of them. */
const naming = ({
  target = same,
  owner = same,
}: Partial<Record<'target' | 'owner', (name: string) => string>>) =>
  wrongStore(
    (good): TokenStore => ({
      read: (about) => good.read(target(about)),
      takeLease: (about, who, ms) => good.takeLease(target(about), owner(who), ms),
      extendLease: (about, who, ms) => good.extendLease(target(about), owner(who), ms),
      releaseLease: (about, who) => good.releaseLease(target(about), owner(who)),
      write: (about, who, token) => good.write(target(about), owner(who), token),
    }),
  );
const same = (name: string) => name;

const changes: readonly (readonly [string, (name: string) => string])[] = [
  ['ignores the case', (name) => name.toLowerCase()],
  ['cuts off the last character', (name) => name.slice(0, -1)],
  ['cuts off the first character', (name) => name.slice(1)],
  ['takes _ for -', (name) => name.replaceAll('_', '-')],
  ['leaves out what is no letter and no digit', (name) => name.replace(/\W/g, '')],
];

describe('the cases of names', () => {
  for (const [what, target] of changes)
    it(`notice a store that ${what} of targets`, async () => {
      const words = 'must give back|deep-equal';
      expect(await verdictOn(naming({ target }), 'keeps targets apart')).to.match(new RegExp(words));
      const leases = await verdictOn(naming({ target }), 'keeps the leases of targets apart');
      expect(leases).to.match(/must give a lease/);
    });

  for (const [what, owner] of [
    ['ignores the case', (name: string) => name.toLowerCase()],
    ['cuts off all beyond 36 characters', (name: string) => name.slice(0, 36)],
    ['cuts off all beyond 63 characters', (name: string) => name.slice(0, 63)],
  ] as const)
    it(`notice a store that ${what} of owners`, async () => {
      expect(await verdictOn(naming({ owner }), 'keeps owners apart')).to.match(
        /two owners for one|must tell/,
      );
    });

  it('are these', () => {
    expect(Object.keys(nameTrials)).to.have.length(3);
  });
});
