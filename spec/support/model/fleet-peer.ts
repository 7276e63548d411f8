import { MemoryTokenStore } from '../../../lib/index.js';
import type { Grant } from './grant.js';

const PEER = 'peer.0';
/** All worlds have one target. */
const TARGET = 'target';

/** A store that another process uses as well: it takes the lease at times, and publishes a token. */
export class SharedStore extends MemoryTokenStore {
  override read() {
    return super.read(TARGET);
  }

  override takeLease(_target: string, owner: string, leaseMs: number) {
    return super.takeLease(TARGET, owner, leaseMs);
  }

  override extendLease(_target: string, owner: string, leaseMs: number) {
    return super.extendLease(TARGET, owner, leaseMs);
  }

  override releaseLease(_target: string, owner: string) {
    return super.releaseLease(TARGET, owner);
  }

  override write(_target: string, owner: string, token: Parameters<MemoryTokenStore['write']>[2]) {
    return super.write(TARGET, owner, token);
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
      tokenType: 'Bearer',
      scope: undefined,
      isLifetimeGuessed: isUnnamed,
      remainingMs: lifetimeMs,
    });
  }

  async giveUp(): Promise<void> {
    await this.releaseLease(TARGET, PEER);
  }
}
