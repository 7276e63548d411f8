import type { Random } from '../../day/random.js';
import type { VirtualTime } from '../../day/virtual-time.js';
import type { Client } from '../subject.js';
import type { KeyEndpoint } from './key-endpoint.js';
import type { Machines } from './machines.js';
import type { Outage } from './outage.js';
import { emptyScore, type Score } from './score.js';

const SECOND_MS = 1_000;
const CALLS_A_SECOND = 100;
/** So many of them have a bad token. */
const BAD_A_SECOND = 10;
/** Between the seconds of the sample a good and a bad token come so often: else caches would be left alone, as they never are. */
const PAIR_EVERY_MS = 5 * SECOND_MS;
/** The outage begins so long after the first call. */
const CALM_MS = 60 * SECOND_MS;
/** After the outage, for whoever still waits. */
const LAST_WAIT_MS = 60 * SECOND_MS;
/** A verification that has not ended after so many turns of the event loop waits for virtual time. */
const MOST_TURNS = 500;
/** The first one has files to load, which takes as long as it takes. */
const MOST_TURNS_AT_FIRST = 1_000_000;

export interface World {
  readonly time: VirtualTime;
  readonly endpoint: KeyEndpoint;
  readonly machines: Machines;
  readonly client: Client;
  readonly random: Random;
}

/** One outage in the life of a subject. */
export class Life {
  readonly #world: World;
  readonly #score: Score = emptyScore();
  /** Calls without an answer so far. */
  #open = 0;
  #mostTurns = MOST_TURNS_AT_FIRST;

  constructor(world: World) {
    this.#world = world;
    // Verifying takes real time alone, where no keys are asked for.
    world.time.isUnderWay = (turns) =>
      this.#open > 0 && world.endpoint.pending === 0 && turns < this.#mostTurns;
  }

  async run({ lengthS, everyS }: Outage): Promise<Score> {
    const { time, endpoint, client } = this.#world;
    await this.#getKeys();
    const endMs = time.now() + lengthS * SECOND_MS;
    const requestsBefore = endpoint.requests;
    endpoint.isDown = true;
    this.#call(endMs, everyS * SECOND_MS);
    await time.runUntil(endMs);
    this.#score.requests = endpoint.requests - requestsBefore;
    endpoint.isDown = false;
    await time.runUntil(endMs + LAST_WAIT_MS);
    const closing = client.close?.();
    await time.runUntil(endMs + LAST_WAIT_MS + SECOND_MS);
    await closing;
    return this.#score;
  }

  /** By a first call, before the outage. */
  async #getKeys(): Promise<void> {
    const { time, machines } = this.#world;
    let isGood = false;
    time.at(SECOND_MS, () =>
      this.#ask(machines.goodToken(), () => {
        isGood = true;
      }),
    );
    await time.runUntil(CALM_MS);
    if (!isGood) throw new Error('The first call has failed.');
    this.#mostTurns = MOST_TURNS;
  }

  /** The calls of this second, and those until the next second of the sample, which follows. */
  #call(endMs: number, everyMs: number): void {
    const { time, endpoint, random } = this.#world;
    const startMs = time.now();
    const requestsBefore = endpoint.requests;
    for (let call = 0; call < CALLS_A_SECOND; call += 1) {
      const isGood = call >= BAD_A_SECOND;
      time.quietlyAt(startMs + random() * SECOND_MS, () => this.#callOnce(isGood));
    }
    time.at(startMs + SECOND_MS, () => {
      this.#score.secondsWithCalls += 1;
      this.#score.requestsWithCalls += endpoint.requests - requestsBefore;
    });
    const untilMs = Math.min(startMs + everyMs, endMs);
    for (let at = startMs + PAIR_EVERY_MS; at < untilMs; at += PAIR_EVERY_MS)
      for (const isGood of [true, false]) time.quietlyAt(at, () => this.#callOnce(isGood));
    if (startMs + everyMs < endMs) time.at(startMs + everyMs, () => this.#call(endMs, everyMs));
  }

  #callOnce(isGood: boolean): void {
    const score = this.#score;
    const { machines } = this.#world;
    if (isGood) {
      score.good += 1;
      // Until there is an answer.
      score.goodRejected += 1;
      this.#ask(machines.goodToken(), () => {
        score.goodRejected -= 1;
      });
    } else {
      score.bad += 1;
      this.#ask(machines.badToken(), () => {
        score.badAccepted += 1;
      });
    }
  }

  #ask(token: string, whenAccepted: () => void): void {
    this.#open += 1;
    this.#world.client
      .verify(token)
      .then(whenAccepted, () => undefined)
      .finally(() => {
        this.#open -= 1;
      });
  }
}
