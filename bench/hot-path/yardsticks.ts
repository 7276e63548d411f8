import type { Room } from './way.js';

const HOUR_MS = 3_600_000;

/** The least that a provider can do which hands out no expired token: one look at the clock, one settled promise. */
export class Floor {
  readonly #settled: Promise<string>;
  readonly #until = Date.now() + 10 * HOUR_MS;

  constructor(token: string) {
    this.#settled = Promise.resolve(token);
  }

  getToken(): Promise<string> {
    return Date.now() < this.#until ? this.#settled : this.#renew();
  }

  async #renew(): Promise<string> {
    throw new Error('No run takes so long.');
  }
}

export interface Yardsticks {
  /** Awaiting one of these is the limit. */
  readonly settled: readonly Promise<string>[];
  readonly floors: readonly Floor[];
}

/**
 * As many as are asked for, out of a crowd as large as that of the clients: memory is as slow for them as for whoever
 * holds so many.
 */
export function makeYardsticks({ held, asked }: Room): Yardsticks {
  const promises = Array.from({ length: held }, (_, place) => Promise.resolve(`token ${place}`));
  const floors = Array.from({ length: held }, (_, place) => new Floor(`token ${place}`));
  return {
    settled: asked.map((place) => promises[place] as Promise<string>),
    floors: asked.map((place) => floors[place] as Floor),
  };
}
