import { expectWords } from '../workplace.mjs';

/** Sees that token requests run outside the context of whoever happened to call. */
export async function check(place, { fixture, words }) {
  place.copy('job/server.mjs');
  place.copy(`context/${fixture}.mjs`, 'main.mjs');
  expectWords(await place.node(['--expose-gc', 'main.mjs'], { limitMs: 60_000 }), words);
}
