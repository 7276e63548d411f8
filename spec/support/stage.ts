import sinon from 'sinon';
import type { EventName } from '../../lib/ground/events.js';
import { TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { ScriptedServer } from './scripted-server.js';
import { VirtualTime } from './virtual-time.js';

/** A provider in virtual time, in front of a scripted server, with every event written down. */
export class Stage {
  readonly time = new VirtualTime();
  readonly server = new ScriptedServer();
  readonly provider: TokenProvider;
  readonly events: [EventName, Record<string, unknown>][] = [];
  /** When the request behind each token went out is also when the stage began, unless time has passed. */
  readonly startedAt = Date.now();

  constructor(options: Partial<TokenProviderOptions> = {}) {
    this.provider = new TokenProvider({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      clientSecret: 's3cret',
      http: this.server.http,
      ...options,
    });
    for (const name of ['refresh', 'failure', 'retry', 'expire', 'reject'] as const) {
      this.provider.on(name, (event) => this.events.push([name, { ...event }]));
    }
  }

  /** No chance from here on: each draw gives this number. */
  withChance(value: number): this {
    sinon.stub(Math, 'random').returns(value);
    return this;
  }

  /** Gets a first token, `t1`. */
  async warm(fields: object = { expires_in: 600 }): Promise<this> {
    const token = this.provider.getToken();
    await this.time.settle();
    this.server.last.grant('t1', fields);
    await token;
    return this;
  }

  /** Answers the request under way, and lets the answer sink in. */
  async grant(token: string, fields?: object): Promise<void> {
    this.server.last.grant(token, fields);
    await this.time.settle();
  }

  get requests(): number {
    return this.server.requests.length;
  }

  heard(name: EventName): Record<string, unknown>[] {
    return this.events.filter(([heard]) => heard === name).map(([, event]) => event);
  }

  get state(): string | undefined {
    return this.provider.status()[0]?.state;
  }

  async strike(): Promise<void> {
    await this.provider.close();
    this.time.restore();
    sinon.restore();
  }
}
