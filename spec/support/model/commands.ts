import fc from 'fast-check';
import type { Mood } from './server.js';
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
    abortAfterMs: fc.constantFrom(0, 1, 700, 20_000),
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

const moods: fc.Arbitrary<Mood> = fc.oneof(
  fc.record({
    is: fc.constant('granting' as const),
    lifetimeSeconds: fc.constantFrom(1, 2, 10, 60, 300, 600, 3_600, 36_000, 2_592_000, 1e12),
    as: fc.constantFrom('number', 'string', 'jwt', 'nothing'),
  }),
  fc.constantFrom<Mood>({ is: 'repeating' }, { is: 'resetting' }, { is: 'hanging' }),
  fc.record({
    is: fc.constant('malformed' as const),
    body: fc.constantFrom('', '<html>', '{}', '{"access_token":"t","token_type":"Bearer","expires_in":0}'),
  }),
  fc.record(
    {
      is: fc.constant('refusing' as const),
      status: fc.constantFrom(302, 400, 401, 403, 404, 408, 410, 425, 429, 500, 503),
      error: fc.constantFrom('invalid_scope', 'unauthorized_client', 'server_error'),
      retryAfterSeconds: fc.constantFrom(0, 1, 20, 60, 3_600, 99_999),
    },
    { requiredKeys: ['is', 'status'] },
  ),
);

const step = (
  words: string,
  act: (world: World) => void | Promise<void>,
  isPossible?: (world: World) => boolean,
) => new Step(words, act, isPossible);

export const commands = fc.commands<Record<string, never>, World, false>(
  [
    calls.map((options) => step(`call(${JSON.stringify(options)})`, (world) => world.call(options))),
    fc.constant(step('call()', (world) => world.call({}))),
    durationMs.map((ms) => step(`pass(${ms})`, (world) => world.time.pass(ms))),
    durationMs.map((ms) => step(`pass(${ms})`, (world) => world.time.pass(ms))),
    moods.map((mood) =>
      step(`server(${JSON.stringify(mood)})`, ({ server }) => {
        server.mood = mood;
      }),
    ),
    moods.map((mood) =>
      step(`server(${JSON.stringify(mood)})`, ({ server }) => {
        server.mood = mood;
      }),
    ),
    fc.constantFrom(0, 1, 200, 5_000, 9_999, 12_000).map((ms) =>
      step(`slow(${ms})`, ({ server }) => {
        server.delayMs = ms;
      }),
    ),
    stepMs.map((ms) =>
      step(`stepWallClock(${ms})`, (world) => {
        world.wasSetBack ||= ms < 0;
        world.time.stepWallClock(ms);
      }),
    ),
    fc.constantFrom(-1, 0, 1).map((ms) => step(`passToDue(${ms})`, (world) => world.passTo('dueAt', ms))),
    fc
      .constantFrom(-10_001, -10_000, 0)
      .map((ms) => step(`passToEnd(${ms})`, (world) => world.passTo('expiresAt', ms))),
    // Set back by less than a token's age, and then held up until its end, the hot path cannot know: its one clock lies.
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
    fc.constantFrom<Supplier>('giving', 'asking', 'throwing', 'hanging').map((how) =>
      step(`supplier(${how})`, (world) => {
        world.supplier = how;
      }),
    ),
    fc.constant(
      step('rotate()', (world) => {
        world.server.secret = `rotated-${world.server.grants.size}`;
        world.hasRotated = true;
      }),
    ),
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
