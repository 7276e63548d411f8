import { MemoryTokenStore } from '../../../lib/index.js';
import type { Grant } from './grant.js';

const PEER = 'peer.0';
/** What the target of a world is called here. */
const TARGET = 'target';

/** A store that another process uses as well: it takes the lease at times, and publishes a token. */
export class SharedStore extends MemoryTokenStore {
  tokenType = 'Bearer';
  #own: string | undefined;

  /** Whether it is known how the provider of the world names its target: it was the first to ask. */
  get isKnown(): boolean {
    return this.#own !== undefined;
  }

  override read(target: string) {
    this.#own ??= target;
    return super.read(this.#nameOf(target));
  }

  override takeLease(target: string, owner: string, leaseMs: number) {
    return super.takeLease(this.#nameOf(target), owner, leaseMs);
  }

  override extendLease(target: string, owner: string, leaseMs: number) {
    return super.extendLease(this.#nameOf(target), owner, leaseMs);
  }

  override releaseLease(target: string, owner: string) {
    return super.releaseLease(this.#nameOf(target), owner);
  }

  override write(target: string, owner: string, token: Parameters<MemoryTokenStore['write']>[2]) {
    return super.write(this.#nameOf(target), owner, token);
  }

  /** Names of any other target stay as they are: another process may use the same store for it. */
  #nameOf(target: string): string {
    return target === this.#own ? TARGET : target;
  }

  /** The other process is about to ask for the next token. */
  async claim(forMs: number): Promise<void> {
    await this.takeLease(TARGET, PEER, forMs);
  }

  /** It has got one. Without the lease it must keep that to itself. */
  async publish({ value, lifetimeMs, isUnnamed }: Grant): Promise<void> {
    await this.claim(1_000);
    await this.write(TARGET, PEER, {
      value,
      lifetimeMs,
      tokenType: this.tokenType,
      scope: undefined,
      isLifetimeGuessed: isUnnamed,
      remainingMs: lifetimeMs,
    });
  }

  async giveUp(): Promise<void> {
    await this.releaseLease(TARGET, PEER);
  }
}
