import type { ResolveClient } from '../../lib/index.js';

const ID_LENGTH = 24;
const SECRET_LENGTH = 40;

/** The clients as a service keeps them itself: what `resolveClient` gives is held by the service in any case. */
export class Tenants {
  readonly ids: string[] = [];
  readonly #settings = new Map<string, { readonly clientSecret: string }>();

  constructor(count: number) {
    this.add(count);
  }

  readonly resolve: ResolveClient = ({ clientId }) => this.#settings.get(clientId);

  /** Gives the ids of the new ones. */
  add(count: number): string[] {
    const from = this.ids.length;
    for (let place = from; place < from + count; place += 1) {
      const id = flat(`tenant-${place}`, ID_LENGTH);
      this.ids.push(id);
      this.#settings.set(id, { clientSecret: flat(`secret-${place}`, SECRET_LENGTH) });
    }
    return this.ids.slice(from);
  }
}

/** In one piece, as text read from a database is: strings that were put together take more. */
function flat(text: string, length: number): string {
  return Buffer.from(text.padEnd(length, '-')).toString('latin1');
}
