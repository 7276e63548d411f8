import { expect } from 'chai';
import { type Played, playFake, playReal } from '../support/two-providers.js';

/** What a call comes to, in words that hold for both. */
async function outcomeOf(asked: Promise<unknown>, { settle }: Played): Promise<string> {
  const outcome = asked.then(
    () => 'fulfilled',
    ({ code, cause }) => (cause ? `${code} for ${cause.code}` : String(code)),
  );
  const waiting = settle().then(() => 'waits');
  return Promise.race([outcome, waiting]);
}

/** What anybody can see of a provider. */
function seen({ provider }: Played) {
  const [entry] = provider.status();
  const { status, entries } = provider.health();
  return {
    held: provider.peek() !== undefined,
    state: entry?.state,
    refreshing: entry?.refreshing,
    failures: entry?.consecutiveFailures,
    lastErrorCode: entry?.lastErrorCode,
    target: entry?.target,
    isAttempted: entry?.nextAttemptAt !== undefined,
    health: [status, ...entries.map((each) => each.status)],
  };
}

/** What is done to the provider, step by step. Each gives what came of it. */
const steps = {
  ask: (played: Played) => outcomeOf(played.provider.getToken(), played),
  askOther: (played: Played) => outcomeOf(played.provider.getToken({ clientId: 'other' }), played),
  askForLong: (played: Played) => outcomeOf(played.provider.getToken({ minValidityMs: 700_000 }), played),
  askByHandle: (played: Played) => outcomeOf(played.provider.forClient({}).getToken(), played),
  askAborted: (played: Played) => {
    const signal = AbortSignal.abort(Object.assign(new Error('stop'), { code: 'MINE' }));
    return outcomeOf(played.provider.getToken({ signal }), played);
  },
  refresh: (played: Played) => outcomeOf(played.provider.refresh(), played),
  reject: async ({ provider, settle }: Played) => {
    provider.invalidate(provider.peek()?.value ?? 'none');
    await settle();
  },
  rejectOther: async ({ provider }: Played) => provider.invalidate('no token of ours'),
  close: async ({ provider }: Played) => provider.close(),
  recovers: async ({ well }: Played) => well(),
  fails: async ({ ill }: Played) => ill(false),
  failsForGood: async ({ ill }: Played) => ill(true),
  hangs: async ({ hangs }: Played) => hangs(),
  ends: async ({ over, settle }: Played) => {
    await over();
    await settle();
  },
} satisfies Record<string, (played: Played) => Promise<unknown>>;

type Step = keyof typeof steps;

/** A renewal of the fake one fails as soon as the test says so, one of the real one when a caller asks: so a call comes next. */
const stories: readonly (readonly Step[])[] = [
  [],
  ['ask'],
  ['ask', 'ask', 'askByHandle'],
  ['ask', 'askOther', 'askOther'],
  ['askAborted'],
  ['ask', 'askAborted'],
  ['ask', 'refresh', 'ask'],
  ['ask', 'askForLong'],
  ['ask', 'reject', 'ask'],
  ['ask', 'rejectOther', 'ask'],
  ['fails', 'ask'],
  ['failsForGood', 'ask'],
  ['ask', 'hangs', 'ask', 'refresh'],
  ['hangs', 'ask', 'askByHandle'],
  ['hangs', 'ask', 'close', 'ask'],
  ['ask', 'close', 'ask', 'refresh', 'askOther', 'close'],
  ['close', 'ask'],
  ['hangs', 'askAborted'],
];

async function tell(play: () => Played, story: readonly Step[]) {
  const played = play();
  try {
    const outcomes: unknown[] = [];
    for (const step of story) outcomes.push([step, await steps[step](played)]);
    const { told } = played;
    return { outcomes, seen: seen(played), told };
  } finally {
    await played.end();
  }
}

describe('a fake provider', () => {
  for (const story of stories)
    it(`does what a real one does: ${story.join(', ') || 'nothing'}`, async () => {
      expect(await tell(playFake, story)).to.deep.equal(await tell(playReal, story));
    });
});
