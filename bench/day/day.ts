import { Callers } from './callers.js';
import { type Random, seededRandom } from './random.js';
import { emptyScore, type Score } from './score.js';
import type { Client, Subject, Surroundings } from './subject.js';
import { CLIENT_ID, TokenEndpoint } from './token-endpoint.js';
import type { VirtualTime } from './virtual-time.js';

export const SECOND_MS = 1_000;
export const HOUR_MS = 3_600_000;
/** After the last call, for whoever still waits. */
const LAST_WAIT_MS = 300_000;

/** One day in the life of a subject: a server, callers, and what happens to them. */
export class Day {
  readonly time: VirtualTime;
  readonly score: Score = emptyScore();
  readonly endpoint: TokenEndpoint;
  readonly callers: Callers;
  readonly #seed: number;
  readonly #subject: Subject;
  readonly #clients: Client[] = [];
  #secret: string;

  constructor(time: VirtualTime, subject: Subject, seed: number) {
    this.time = time;
    this.#seed = seed;
    this.#subject = subject;
    this.endpoint = new TokenEndpoint(time, this.random('answers'));
    this.#secret = this.endpoint.weather.secret;
    this.callers = new Callers(time, this.endpoint, this.score);
  }

  /** Numbers that are the same for every subject on this day. */
  random(purpose: string): Random {
    return seededRandom(this.#seed, purpose);
  }

  /** Starts a process that uses the subject; gives what makes one call in it. */
  startProcess(): () => void {
    const surroundings: Surroundings = {
      tokenEndpoint: 'https://auth.example.com/oauth/token',
      clientId: CLIENT_ID,
      secret: () => this.#secret,
      fetch: this.endpoint.fetch,
    };
    const client = this.#subject.open(surroundings);
    this.#clients.push(client);
    return this.callers.of(client);
  }

  /** From now on the server knows the new secret alone, and so does whoever can be told. */
  rotateSecret(secret: string): void {
    this.#secret = secret;
    this.endpoint.weather.secret = secret;
    for (const client of this.#clients) client.useSecret?.(secret);
  }

  /** Takes the server down, and notes how the subject bore it. */
  breakDown(fromMs: number, forMs: number, dayMs: number): void {
    const { time, endpoint, callers, score } = this;
    let requestsBefore = 0;
    time.at(fromMs, () => {
      endpoint.weather.isDown = true;
      requestsBefore = endpoint.requestedAt.length;
    });
    time.at(fromMs + forMs, () => {
      endpoint.weather.isDown = false;
      const outage = {
        minutes: forMs / 60_000,
        requests: endpoint.requestedAt.length - requestsBefore,
        recoveryMs: dayMs - time.now(),
      };
      score.outages.push(outage);
      callers.whenServed((afterMs) => {
        outage.recoveryMs = afterMs;
      });
    });
  }

  async run(durationMs: number): Promise<Score> {
    await this.time.runUntil(durationMs + LAST_WAIT_MS);
    this.callers.giveUp();
    this.score.requests = this.endpoint.requestedAt.filter((at) => at < durationMs).length;
    await this.#close();
    return this.score;
  }

  async #close(): Promise<void> {
    const closing = Promise.all(this.#clients.map((client) => client.close?.()));
    await this.time.runUntil(this.time.now() + SECOND_MS);
    await closing;
  }
}
