import type { TargetQuery } from '../options/target-query.js';
import type { TargetOptions } from '../options/token-provider-options.js';

/** Values by what a call asks for. For a client and a region alone, the look-up builds no key. */
export class QueryIndex<Value> {
  /** By region, of which there are few, and then by client. */
  readonly #simple = new Map<string | undefined, Map<string | undefined, Value>>();
  readonly #others = new Map<string, Value>();

  /** For the hot path: `undefined` also when the options name anything else, or nothing, or are malformed. */
  getSimple(options: TargetOptions): Value | undefined {
    try {
      return this.#getSimple(options);
    } catch {
      // A getter threw: it throws again where the options are checked.
      return undefined;
    }
  }

  #getSimple(options: TargetOptions): Value | undefined {
    if (typeof options !== 'object' || options === null) return undefined;
    if (Object.getPrototypeOf(options) !== Object.prototype) return undefined;
    for (const name in options) if (name !== 'clientId' && name !== 'region') return undefined;
    const { clientId, region } = options;
    if (clientId === undefined && region === undefined) return undefined;
    return this.#simple.get(region)?.get(clientId);
  }

  get(query: TargetQuery): Value | undefined {
    return isSimple(query)
      ? this.#simple.get(query.region)?.get(query.clientId)
      : this.#others.get(queryKey(query));
  }

  set(query: TargetQuery, value: Value): void {
    if (!isSimple(query)) {
      this.#others.set(queryKey(query), value);
      return;
    }
    const ofRegion = this.#simple.get(query.region) ?? new Map<string | undefined, Value>();
    this.#simple.set(query.region, ofRegion.set(query.clientId, value));
  }

  delete(query: TargetQuery): void {
    if (!isSimple(query)) {
      this.#others.delete(queryKey(query));
      return;
    }
    const ofRegion = this.#simple.get(query.region);
    ofRegion?.delete(query.clientId);
    if (ofRegion?.size === 0) this.#simple.delete(query.region);
  }
}

/** One key for one query. What a query leaves open becomes `null`. */
export function queryKey({ clientId, region, scope, resource }: TargetQuery): string {
  return JSON.stringify([clientId, region, scope, resource]);
}

function isSimple({ scope, resource }: TargetQuery): boolean {
  return scope === undefined && resource === undefined;
}
