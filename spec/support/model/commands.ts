import fc from 'fast-check';
import { blips, type Mood, moods } from './moods.js';
import type { FileState } from './proving/key-place.js';
import type { NeighboursKey } from './proving/neighbour.js';
import type { NonceHabit } from './proving/nonce-desk.js';
import type { Supplier, World } from './world.js';

/** Does one thing to the world; the oracle looks at it afterwards. */
class Step implements fc.AsyncCommand<Record<string, never>, World, false> {
  constructor(
    private readonly words: string,
    private readonly act: (world: World) => void | Promise<void>,
    private readonly isPossible: (world: World) => boolean = () => true,
  ) {}

  check(): boolean {
    return true;
  }

  async run(_model: Record<string, never>, world: World): Promise<void> {
    if (!this.isPossible(world)) return;
    await this.act(world);
    await world.check();
    if (world.problems.length > 0) throw new Error(world.problems.join('\n'));
  }

  toString(): string {
    return this.words;
  }
}

const DAY_MS = 86_400_000;
const waitMs = fc.constantFrom(0, 1, 500, 5_000, 30_000, 3_600_000);
const calls = fc.record(
  {
    maxWaitMs: waitMs,
    minValidityMs: fc.constantFrom(0, 1, 500, 30_000, 300_000, 3_600_000),
    abortAfterMs: fc.constantFrom<(number | 'shared')[]>(0, 1, 700, 20_000, 'shared'),
  },
  { requiredKeys: [] },
);
const durationMs = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom(1, 10, 299, 300, 1_000, 5_000, 15_000, 30_000, 60_000, 300_000, 600_000),
  },
  { weight: 20, arbitrary: fc.integer({ min: 1, max: 3_600_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(DAY_MS, 30 * DAY_MS) },
);
const stepMs = fc.constantFrom(1, 500, 60_000, 3_600_000, DAY_MS, -1, -500, -60_000, -3_600_000, -DAY_MS);

const step = (
  words: string,
  act: (world: World) => void | Promise<void>,
  isPossible?: (world: World) => boolean,
) => new Step(words, act, isPossible);

const passing = (ms: number) => step(`pass(${ms})`, (world) => world.pass(ms));
const answering = (mood: Mood) =>
  step(`server(${JSON.stringify(mood)})`, ({ server }) => {
    server.mood = mood;
  });

const rotating = (first: 'server' | 'client', ms: number) =>
  step(`rotate(${first} first, ${ms})`, async (world) => {
    const { keys } = world.proving;
    const halves = [() => keys?.rotateServer(), () => keys?.rotateClient()];
    if (first === 'client') halves.reverse();
    halves[0]?.();
    await world.pass(ms);
    halves[1]?.();
  });

/** What happens to keys and nonces. */
const provings = [
  fc.tuple(fc.constantFrom('server' as const, 'client' as const), durationMs).map((how) => rotating(...how)),
  // The proof of a request under way is outdated when it is read.
  fc.constantFrom(200, 5_000).map((ms) =>
    step(`rotateUnderWay(${ms})`, async (world) => {
      world.server.delayMs = ms;
      world.refresh();
      await world.time.settle();
      world.rotate();
      await world.pass(ms);
    }),
  ),
  fc
    .constantFrom<FileState>('whole', 'half-written', 'empty', 'missing', 'public')
    .map((state) => step(`file(${state})`, ({ proving }) => proving.keys?.write(state))),
  fc.constantFrom<NonceHabit>('none', 'steady', 'each', 'fickle').map((habit) =>
    step(`nonces(${habit})`, ({ proving }) => {
      proving.oracle.nonces.habit = habit;
    }),
  ),
  fc.constant(step('expireNonce()', ({ proving }) => proving.oracle.nonces.expire())),
  fc.constantFrom<NeighboursKey>('authentication', 'dpop').map((key) =>
    step(
      `meetNeighbour(${key})`,
      (world) => world.meetNeighbour(key),
      ({ store }) => store?.isKnown === true,
    ),
  ),
];

/** The client may be meant, or its request. */
const UNCLEAR: Mood = { is: 'refusing', status: 400, error: 'invalid_request' };

export const commands = fc.commands<Record<string, never>, World, false>(
  [
    calls.map((options) => step(`call(${JSON.stringify(options)})`, (world) => world.call(options))),
    fc.constant(step('call()', (world) => world.call({}))),
    durationMs.map(passing),
    durationMs.map(passing),
    // Services ask all the time.
    fc.constantFrom<(Mood | undefined)[]>(undefined, UNCLEAR).map((mood) =>
      step(`insist(${JSON.stringify(mood)})`, async (world) => {
        world.server.mood = mood ?? world.server.mood;
        for (let turn = 0; turn < 5; turn += 1) {
          await world.call({ maxWaitMs: 0 });
          await world.pass(700);
        }
      }),
    ),
    moods.map(answering),
    moods.map(answering),
    fc.tuple(blips, fc.constantFrom(500, 1_000, 3_000, 240_000)).map(([mood, ms]) =>
      step(`blip(${JSON.stringify(mood)}, ${ms})`, async (world) => {
        const before = world.server.mood;
        world.server.mood = mood;
        await world.pass(ms);
        world.server.mood = before;
      }),
    ),
    fc.constantFrom(0, 1, 200, 5_000, 9_999, 12_000).map((ms) =>
      step(`slow(${ms})`, ({ server }) => {
        server.delayMs = ms;
      }),
    ),
    stepMs.map((ms) =>
      step(
        `stepWallClock(${ms})`,
        (world) => {
          world.wasSet = true;
          world.wasSetBack ||= ms < 0;
          world.time.stepWallClock(ms);
        },
        (world) => ms > 0 || !world.isTimerLate,
      ),
    ),
    fc.constantFrom(-1, 0, 1).map((ms) => step(`passToDue(${ms})`, (world) => world.passTo('dueAt', ms))),
    fc
      .constantFrom(-10_001, -10_000, 0)
      .map((ms) => step(`passToEnd(${ms})`, (world) => world.passTo('expiresAt', ms))),
    moods.map((mood) =>
      step(`endWith(${JSON.stringify(mood)})`, async (world) => {
        world.server.mood = mood;
        await world.passTo('expiresAt', -5_000);
      }),
    ),
    // Set back by less than a token's age, and held up until its end, in whatever order: the hot path cannot know, its one clock lies.
    durationMs.map((ms) =>
      step(
        `stall(${ms})`,
        (world) => world.stall(ms),
        (world) => !world.wasSetBack,
      ),
    ),
    fc.constant(step('refresh()', (world) => world.refresh())),
    fc.constant(step('invalidate(held)', (world) => world.invalidate(world.heldValue))),
    fc.constant(step('invalidate(older)', (world) => world.invalidate('token-0'))),
    fc
      .constantFrom<Supplier>('giving', 'asking', 'throwing', 'rejecting', 'hanging', 'slow', 'rubbish')
      .map((how) =>
        step(`supplier(${how})`, (world) => {
          world.supplier = how;
        }),
      ),
    fc.constantFrom(1, 10, 600, 3_600).map((seconds) =>
      step(`publish(${seconds})`, async ({ store, server }) => {
        await store?.publish(server.grantElsewhere(seconds));
      }),
    ),
    fc.constantFrom(500, 3_000, 60_000).map((ms) => step(`claim(${ms})`, ({ store }) => store?.claim(ms))),
    fc.constant(step('rotate()', (world) => world.rotate())),
    ...provings,
    fc.constant(step('abortShared()', (world) => world.abortShared())),
    fc.constant(step('heal()', (world) => world.heal())),
    fc.constant(
      step(
        'close()',
        (world) => world.close(),
        (world) => !world.isClosed,
      ),
    ),
  ],
  { maxCommands: 40 },
);
