/**
 * Where requests have gone, by their handlers: one that is redirected to another origin carries no token there, nor ever
 * after. The first origin that is named is where it began.
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
