/** Who holds which token, so that a rejected token is found without a look at all entries. */
export class TokenIndex<Holder extends object> {
  /** Nearly always one holder; several where a server gives one token for several targets. */
  readonly #holders = new Map<string, Holder | Set<Holder>>();

  /** The holder gives up the token `before`, and holds `after` from now on; `undefined` is none. */
  replace(holder: Holder, before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    if (before !== undefined) this.#remove(before, holder);
    if (after !== undefined) this.#add(after, holder);
  }

  holdersOf(token: string): readonly Holder[] {
    const found = this.#holders.get(token);
    if (found === undefined) return [];
    return found instanceof Set ? [...found] : [found];
  }

  #add(token: string, holder: Holder): void {
    const found = this.#holders.get(token);
    if (found instanceof Set) found.add(holder);
    else this.#holders.set(token, found === undefined ? holder : new Set([found, holder]));
  }

  #remove(token: string, holder: Holder): void {
    const found = this.#holders.get(token);
    const isShared = found instanceof Set && found.delete(holder) && found.size > 0;
    if (!isShared) this.#holders.delete(token);
  }
}
