import type { MemoryTokenStore, TokenProvider, TokenProviderOptions } from '../../../lib/index.js';
import { seededRandom } from '../../day/random.js';
import type { VirtualTime } from '../../day/virtual-time.js';
import { DistantStore } from './distant-store.js';
import { type Happenings, Member } from './member.js';
import { Tally } from './tally.js';
import { TokenEndpoint } from './token-endpoint.js';

/** Of so many processes somebody asks for a token each second. */
const ASKED = 50;
const SECOND_MS = 1_000;

/** The library, once time is virtual. */
export interface Library {
  readonly TokenProvider: new (options: TokenProviderOptions) => TokenProvider;
  readonly MemoryTokenStore: new () => MemoryTokenStore;
}

export interface FleetPlan {
  readonly processes: number;
  readonly hasStore: boolean;
}

/** All the processes of a service, one authorization server, and perhaps one store. */
export class Fleet implements Happenings {
  readonly time: VirtualTime;
  readonly requests: Tally;
  readonly storeCalls: Tally;
  readonly renewals: Tally;
  readonly firstTokens: Tally;
  readonly degrades: Tally;
  readonly recovers: Tally;
  readonly asked: Tally;
  readonly unserved: Tally;
  readonly endpoint: TokenEndpoint;
  readonly store: DistantStore;
  readonly #plan: FleetPlan;
  readonly #library: Library;
  readonly #random = seededRandom(1, 'starts');
  readonly #members: Member[] = [];

  constructor(time: VirtualTime, library: Library, plan: FleetPlan) {
    this.time = time;
    this.#library = library;
    this.#plan = plan;
    this.requests = new Tally(time);
    this.storeCalls = new Tally(time);
    this.renewals = new Tally(time);
    this.firstTokens = new Tally(time);
    this.degrades = new Tally(time);
    this.recovers = new Tally(time);
    this.asked = new Tally(time);
    this.unserved = new Tally(time);
    this.endpoint = new TokenEndpoint(this.requests);
    this.store = new DistantStore(new library.MemoryTokenStore(), this.storeCalls);
  }

  /** All processes start in the same second, and somebody asks some of them once a second from then on. */
  start(): void {
    for (let place = 0; place < this.#plan.processes; place += 1) {
      this.time.at(this.#random() * SECOND_MS, () => this.#begin(place));
    }
    setInterval(() => this.#ask(), SECOND_MS);
  }

  /** A deployment: every other process is replaced by a new one, at a moment of its own. */
  replaceHalf(withinMs: number): void {
    for (let place = 0; place < this.#plan.processes; place += 2) {
      setTimeout(() => {
        const old = this.#members[place];
        this.#begin(place);
        void old?.close();
      }, this.#random() * withinMs);
    }
  }

  #begin(place: number): void {
    const provider = new this.#library.TokenProvider({
      tokenEndpoint: 'https://auth.example.com/oauth/token',
      clientId: 'fleet',
      clientSecret: 'fleet-secret',
      refresh: { keepWarm: true },
      http: this.endpoint.http,
      store: this.#plan.hasStore ? this.store : undefined,
    });
    this.#members[place] = new Member(provider, this);
  }

  #ask(): void {
    for (const member of this.#members.slice(0, ASKED)) member.ask();
  }
}
