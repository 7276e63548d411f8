import type { AbortWatch } from '../ground/abort-watch.js';
import { TokenUnavailableError } from '../ground/errors.js';
import { runInRootContext } from '../ground/root-context.js';
import type { Target } from '../oauth/target.js';
import type { TargetQuery } from '../options/target-query.js';
import { type Patience, WaitingRoom } from '../renewal/waiting-room.js';
import { queryKey } from './query-index.js';

export interface ResolutionPlan {
  /** Asks for the target. */
  readonly resolve: (query: TargetQuery) => Promise<Target>;
  /** Told of a target for which nobody waits any more: the next caller need not ask again. */
  readonly onUnclaimed: (query: TargetQuery, target: Target) => void;
}

/** The questions to `resolveClient` that are under way: one for all callers who ask for the same. */
export class PendingResolutions {
  readonly #plan: ResolutionPlan;
  readonly #aborts: AbortWatch;
  readonly #rooms = new Map<string, WaitingRoom<Target>>();

  constructor(plan: ResolutionPlan, aborts: AbortWatch) {
    this.#plan = plan;
    this.#aborts = aborts;
  }

  /** @throws {TokenUnavailableError} when there is no answer within `maxWaitMs` */
  join(query: TargetQuery, patience: Patience): Promise<Target> {
    const key = queryKey(query);
    const room = this.#rooms.get(key) ?? runInRootContext(() => this.#start(key, query));
    return room.enter(
      patience,
      () =>
        new TokenUnavailableError(
          `resolveClient gave no answer within ${patience.maxWaitMs} ms (maxWaitMs).`,
        ),
    );
  }

  #start(key: string, query: TargetQuery): WaitingRoom<Target> {
    const room = new WaitingRoom<Target>(this.#aborts);
    this.#rooms.set(key, room);
    const serve = (target: Target): void => {
      if (room.isEmpty) this.#plan.onUnclaimed(query, target);
      room.serve(target);
      // The served callers make the entry only in a later microtask. Callers who join until then are served here, too.
      void Promise.resolve().then(() => {
        this.#rooms.delete(key);
        room.serve(target);
      });
    };
    const fail = (error: unknown): void => {
      this.#rooms.delete(key);
      room.fail(error);
    };
    this.#plan.resolve(query).then(serve).catch(fail);
    return room;
  }
}
