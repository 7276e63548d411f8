/**
 * Remembers the first origin of each request, by its handler. A request that was redirected to another origin carries no
 * token from then on.
 */
export class Travels {
  readonly #origins = new WeakMap<object, string>();

  hasLeft(handler: object, origin: string | undefined): boolean {
    if (origin === undefined) return false;
    const first = this.#origins.get(handler);
    if (first === origin) return false;
    this.#origins.set(handler, first === undefined ? origin : ELSEWHERE);
    return first !== undefined;
  }
}

const ELSEWHERE = '';
