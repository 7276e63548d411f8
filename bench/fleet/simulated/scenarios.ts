import type { Fleet } from './fleet.js';

const SECOND_MS = 1_000;
const DEPLOYMENT_MS = 60 * SECOND_MS;
const OUTAGE_MS = 240 * SECOND_MS;
const FAILOVER_MS = 10 * SECOND_MS;
const HANG_MS = 60 * SECOND_MS;

/** What befalls a fleet. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly note: string;
  /** At the worst moment there is: that in which the first token request of a renewal comes. */
  readonly strike?: (fleet: Fleet) => void;
  /** Whether it is nothing to a fleet without a store. */
  readonly isOfStore?: boolean;
}

export const CALM = 'calm';

export const scenarios: readonly Scenario[] = [
  {
    name: CALM,
    title: 'Calm',
    note: 'All processes start in the same second, with nothing in the store, and nothing happens for an hour.',
  },
  {
    name: 'deployment',
    title: 'A deployment',
    note: 'Half of the processes are replaced by new ones, at random moments of the minute that follows the first token request of a renewal. Without a store, each of them asks for its first token.',
    strike: (fleet) => fleet.replaceHalf(DEPLOYMENT_MS),
  },
  {
    name: 'outage',
    title: 'The authorization server is down for 240 s',
    note: 'It answers 503, from the first token request of a renewal on: every process falls due meanwhile.',
    strike: ({ endpoint }) => {
      endpoint.isDown = true;
      setTimeout(() => {
        endpoint.isDown = false;
      }, OUTAGE_MS);
    },
  },
  {
    name: 'failover',
    title: 'The store refuses all calls for 10 s',
    note: 'As in a failover of Redis, from the first token request of a renewal on: that token is not published. A sixth of the processes falls due meanwhile. Without a store, it is as in the calm.',
    strike: ({ store }) => void store.fail(FAILOVER_MS),
    isOfStore: true,
  },
  {
    name: 'hang',
    title: 'The store hangs for 60 s',
    note: 'From the first token request of a renewal on: nearly every process falls due meanwhile. What was asked of the store is done when it goes on. Without a store, it is as in the calm.',
    strike: ({ store }) => void store.hang(HANG_MS),
    isOfStore: true,
  },
];
