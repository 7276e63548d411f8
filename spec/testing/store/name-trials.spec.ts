import { expect } from 'chai';
import type { TokenStore } from '../../../lib/ground/token-store.js';
import type { MemoryTokenStore } from '../../../lib/stores/memory-token-store.js';
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
  ['looks at the first ten characters and the last ten', (name) => name.slice(0, 10) + name.slice(-10)],
  ['takes _ for -', (name) => name.replaceAll('_', '-')],
  ['leaves out what is no letter and no digit', (name) => name.replace(/\W/g, '')],
  ['makes small letters large ones', (name) => (/[A-Z]/.test(name) ? name.toUpperCase() : name)],
  ['makes large letters small ones', (name) => (/[a-z]/.test(name) ? name.toLowerCase() : name)],
  ['makes numbers of digits', (name) => (/^\d+$/.test(name) ? String(Number(name)) : name)],
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
    ['cuts off the first character', (name: string) => name.slice(1)],
    [
      'looks at the first eight characters and the last twelve',
      (name: string) => name.slice(0, 8) + name.slice(-12),
    ],
    ['cuts off all beyond 36 characters', (name: string) => name.slice(0, 36)],
    ['cuts off all beyond 63 characters', (name: string) => name.slice(0, 63)],
  ] as const) {
    it(`notice a store that ${what} of owners`, async () => {
      expect(await verdictOn(naming({ owner }), 'keeps owners apart')).to.match(
        /two owners for one|must tell/,
      );
    });

    it(`notice a store that ${what} of owners in one of its methods`, async () => {
      /** The owner as it was named when the lease was taken, where the two are one to such a method. */
      const taking = (
        same: (
          good: MemoryTokenStore,
          known: (target: string, name: string) => string,
        ) => Partial<TokenStore>,
      ) => {
        const holders = new Map<string, string>();
        return wrongStore((good) => ({
          takeLease: (target, who, ms) => {
            holders.set(target, who);
            return good.takeLease(target, who, ms);
          },
          ...same(good, (target, name) => {
            const holder = holders.get(target) ?? '';
            return owner(name) === owner(holder) ? holder : name;
          }),
        }));
      };
      for (const [store, words] of [
        [
          taking((good, known) => ({ extendLease: (t, who, ms) => good.extendLease(t, known(t, who), ms) })),
          'extendLease() takes two',
        ],
        [
          taking((good, known) => ({ write: (t, who, token) => good.write(t, known(t, who), token) })),
          'write() takes two',
        ],
        [
          taking((good, known) => ({ releaseLease: (t, who) => good.releaseLease(t, known(t, who)) })),
          'must tell who has',
        ],
      ] as const)
        expect(await verdictOn(store, 'keeps owners apart')).to.contain(words);
    });
  }

  it('are of names as providers have them', async () => {
    const targets = new Set<string>();
    const owners = new Set<string>();
    const store = naming({
      target: (name) => targets.add(name) && name,
      owner: (name) => owners.add(name) && name,
    });
    for (const trial of Object.values(nameTrials)) await trial({ mine: store, theirs: store });
    for (const name of targets) expect(name).to.match(/^[\w-]{43}$/);
    for (const name of owners) expect(name).to.match(/^[\w-]{36,64}$/);
    expect([...owners].map(({ length }) => length)).to.include.members([36, 63, 64]);
    expect(Object.keys(nameTrials)).to.have.length(3);
  });
});
