/**
 * Lets a limited number of token requests through at once. Requests that callers wait for go first, then whichever came first.
 * Where there are several lanes, none gets more than three quarters of the limit, so that a server that hangs cannot hold up the
 * others.
 */
export class RequestQueue {
  readonly #limit: number;
  /** The limit of each lane, where there are several. */
  readonly #laneLimit: number;
  readonly #urgent = new Lanes();
  readonly #patient = new Lanes();
  /** How many are under way, by lane and in all. */
  readonly #running = new Map<string, number>();
  #total = 0;
  #firstLane: string | undefined;
  #hasSeveralLanes = false;

  constructor(limit: number) {
    this.#limit = limit;
    this.#laneLimit = Math.max(1, Math.min(limit - 1, Math.ceil(limit * 0.75)));
  }

  /** Does the work when its turn comes, and settles as the work does; rejects with the signal's reason if that comes first. */
  run<T>(work: () => Promise<T>, turn: Turn): Promise<T> {
    const { lane, isUrgent, signal } = turn;
    if (signal.aborted) return Promise.reject(signal.reason);
    this.#firstLane ??= lane;
    this.#hasSeveralLanes ||= lane !== this.#firstLane;
    if (this.#mayStart(lane)) return this.#start(work, lane);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#urgent.remove(turn);
        this.#patient.remove(turn);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      (isUrgent() ? this.#urgent : this.#patient).add(turn, () => {
        signal.removeEventListener('abort', leave);
        resolve(this.#start(work, lane));
      });
    });
  }

  /** A caller has come to wait for the work of this slot. */
  expedite(slot: QueueSlot): void {
    const start = this.#patient.remove(slot);
    if (start) this.#urgent.add(slot, start);
  }

  #start<T>(work: () => Promise<T>, lane: string): Promise<T> {
    this.#count(lane, 1);
    return work().finally(() => {
      this.#count(lane, -1);
      const mayStart = (other: string): boolean => this.#mayStart(other);
      const next = this.#urgent.next(mayStart) ?? this.#patient.next(mayStart);
      next?.();
    });
  }

  #mayStart(lane: string): boolean {
    const running = this.#running.get(lane) ?? 0;
    return this.#total < this.#limit && (!this.#hasSeveralLanes || running < this.#laneLimit);
  }

  #count(lane: string, change: number): void {
    this.#total += change;
    const running = (this.#running.get(lane) ?? 0) + change;
    if (running > 0) this.#running.set(lane, running);
    else this.#running.delete(lane);
  }
}

export interface QueueSlot {
  /** The server. Lanes take turns. */
  readonly lane: string;
  /** Whose request it is: each owner has at most one in the queue. */
  readonly owner: object;
}

export interface Turn extends QueueSlot {
  /** Asked when the work has to wait. */
  readonly isUrgent: () => boolean;
  readonly signal: AbortSignal;
}

type Start = () => void;

/** The requests that wait, by lane. */
class Lanes {
  /** The lane whose turn is next comes first, and in it the owner who came first. No lane is empty. */
  readonly #lanes = new Map<string, Map<object, Start>>();

  add({ lane, owner }: QueueSlot, start: Start): void {
    const waiting = this.#lanes.get(lane) ?? new Map<object, Start>();
    this.#lanes.set(lane, waiting.set(owner, start));
  }

  remove({ lane, owner }: QueueSlot): Start | undefined {
    const waiting = this.#lanes.get(lane);
    const start = waiting?.get(owner);
    waiting?.delete(owner);
    if (waiting?.size === 0) this.#lanes.delete(lane);
    return start;
  }

  next(mayGo: (lane: string) => boolean): Start | undefined {
    for (const [lane, waiting] of this.#lanes) {
      const [owner] = waiting.keys();
      if (owner === undefined || !mayGo(lane)) continue;
      const start = this.remove({ lane, owner });
      // To the back: the other lanes are next.
      if (this.#lanes.delete(lane)) this.#lanes.set(lane, waiting);
      return start;
    }
    return undefined;
  }
}
