import assert from 'node:assert';
import { randomInt } from 'node:crypto';
import { LONGEST_LEASE_MS } from '../../ground/token-store.js';
import type { Trials } from './contract-case.js';
import { mustBeHeldBy, mustTake } from './lease-trials.js';
import { newOwner, newTarget, newToken } from './made-up.js';
import { mustGiveBack, put } from './record-trials.js';

/** Names that a careless store takes for one another, or for something else. */
function oddTargets(): readonly string[] {
  const base = newTarget().slice(2);
  return [
    ...['aA', 'AA', 'a-', 'a_', '--', '__', '-a', '0a', '00', '1e'].map((start) => start + base),
    `${base}aA`,
    `${base}aB`,
    `${base.slice(1)}-aA`,
    Array.from({ length: 43 }, () => randomInt(10)).join(''),
  ];
}

function oddOwners(): readonly string[] {
  const base = newOwner();
  return [base, base.toUpperCase(), `${base}1`, `${base}2`, base.padEnd(63, 'x'), base.padEnd(64, 'x')];
}

/** That every name stands for itself alone. */
export const nameTrials: Trials = {
  'keeps targets apart, however alike their names are': async ({ mine, theirs }) => {
    const tokens = new Map(oddTargets().map((target) => [target, newToken()]));
    for (const [target, token] of tokens) await put(mine, token, target);
    for (const [target, token] of tokens) await mustGiveBack(theirs, target, token);
  },

  'keeps the leases of targets apart': async ({ mine, theirs }) => {
    const owners = new Map(oddTargets().map((target) => [target, newOwner()]));
    for (const [target, owner] of owners) await mustTake(mine, target, owner, LONGEST_LEASE_MS);
    for (const [target, owner] of owners) await mustBeHeldBy(theirs, target, owner);
  },

  'keeps owners apart, however alike their names are': async ({ mine, theirs }) => {
    const owners = oddOwners();
    for (const owner of owners) {
      const target = newTarget();
      await mustTake(mine, target, owner, LONGEST_LEASE_MS);
      for (const other of owners.filter((name) => name !== owner)) {
        const isExtended = await theirs.extendLease(target, other, LONGEST_LEASE_MS);
        const isStored = await theirs.write(target, other, newToken());
        assert(!isExtended && !isStored, 'The store takes two owners for one.');
        await theirs.releaseLease(target, other);
      }
      await mustBeHeldBy(theirs, target, owner);
    }
  },
};
