/** Nonces of so many servers are remembered. */
const MAX_SERVERS = 1_000;

/** No server needs as long a one, and it goes into a header. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,1000}$/;

/** What servers want repeated in the next proof (RFC 9449 §8): one for each origin, the newest. */
export class Nonces {
  readonly #byOrigin = new Map<string, string>();

  of(url: string): string | undefined {
    return this.#byOrigin.get(new URL(url).origin);
  }

  /** Remembers what an answer said in `DPoP-Nonce`, if it did. */
  note(url: string, nonce: string | null | undefined): void {
    if (typeof nonce !== 'string' || !NONCE.test(nonce)) return;
    const { origin } = new URL(url);
    this.#byOrigin.delete(origin);
    this.#byOrigin.set(origin, nonce);
    const [oldest] = this.#byOrigin.keys();
    if (this.#byOrigin.size > MAX_SERVERS && oldest !== undefined) this.#byOrigin.delete(oldest);
  }
}
