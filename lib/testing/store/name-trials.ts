import assert from 'node:assert';
import { randomInt } from 'node:crypto';
import { LONGEST_LEASE_MS, type TokenStore } from '../../ground/token-store.js';
import type { Trials } from './contract-case.js';
import { mustBeHeldBy, mustTake } from './lease-trials.js';
import { newOwner, newTarget, newToken } from './made-up.js';
import { mustGiveBack, put } from './record-trials.js';

/** Names that a careless store takes for one another: 43 characters each. */
function alikeTargets(): readonly string[] {
  const name = `aA-${newTarget().slice(6)}-aA`;
  const digits = Array.from({ length: 42 }, () => randomInt(10)).join('');
  return [
    name,
    name.toUpperCase(),
    name.toLowerCase(),
    name.replaceAll('-', '_'),
    name.replace('aA-', '-aA'),
    `b${name.slice(1)}`,
    `${name.slice(0, 21)}${name[21] === 'm' ? 'n' : 'm'}${name.slice(22)}`,
    `${name.slice(0, -1)}B`,
    `${digits}1`,
    `${digits}2`,
  ];
}

/** Up to 64 characters each. */
function alikeOwners(): readonly string[] {
  const name = newOwner();
  return [
    name,
    name.toUpperCase(),
    `x${name.slice(1)}`,
    `${name.slice(0, 16)}x${name.slice(17)}`,
    name.padEnd(63, 'x'),
    name.padEnd(64, 'x'),
  ];
}

/** That every name stands for itself alone. */
export const nameTrials: Trials = {
  'keeps targets apart, however alike their names are': async ({ mine, theirs }) => {
    const tokens = new Map(alikeTargets().map((target) => [target, newToken()]));
    for (const [target, token] of tokens) await put(mine, token, target);
    for (const [target, token] of tokens) await mustGiveBack(theirs, target, token);
  },

  'keeps the leases of targets apart': async ({ mine, theirs }) => {
    const owners = new Map(alikeTargets().map((target) => [target, newOwner()]));
    for (const [target, owner] of owners) await mustTake(mine, target, owner, LONGEST_LEASE_MS);
    for (const [target, owner] of owners) await mustBeHeldBy(theirs, target, owner);
  },

  'keeps owners apart, however alike their names are': async ({ mine, theirs }) => {
    const owners = alikeOwners();
    const lookAt = async (owner: string) => {
      const target = newTarget();
      await mustTake(mine, target, owner, LONGEST_LEASE_MS);
      for (const other of owners.filter((name) => name !== owner))
        await mustBeStranger(theirs, target, other);
      await mustBeHeldBy(theirs, target, owner);
    };
    await Promise.all(owners.map(lookAt));
  },
};

async function mustBeStranger(store: TokenStore, target: string, owner: string): Promise<void> {
  const isExtended = await store.extendLease(target, owner, LONGEST_LEASE_MS);
  assert(!isExtended, 'extendLease() takes two owners for one.');
  const isStored = await store.write(target, owner, newToken());
  assert(!isStored, 'write() takes two owners for one.');
  await store.releaseLease(target, owner);
}
