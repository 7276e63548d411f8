/** How a server deals in nonces: wants none, one until it expires, another each time, or forgets them at once. */
export type NonceHabit = 'none' | 'steady' | 'each' | 'fickle';

/** The nonces of a server (RFC 9449 §8). */
export class NonceDesk {
  habit: NonceHabit = 'none';
  /** The last one that an answer held. */
  told: string | undefined;
  #count = 0;
  #wanted = 'nonce-0';

  /** The nonces of so far are of no use any more. Nobody is told. */
  expire(): void {
    this.#count += 1;
    this.#wanted = `nonce-${this.#count}`;
  }

  isTaken(nonce: unknown): boolean {
    return this.habit === 'none' || nonce === this.#wanted;
  }

  /** What an answer says of them. */
  tell(isRefusal: boolean): Record<string, string> {
    if (this.habit === 'each') this.expire();
    if (this.habit === 'none' || (this.habit === 'steady' && !isRefusal)) return {};
    this.told = this.#wanted;
    if (this.habit === 'fickle') this.expire();
    return { 'DPoP-Nonce': this.told };
  }
}
