import { expectWords } from '../workplace.mjs';

/** Gets a token and uses it where every request is answered by what intercepts it. */
export async function check(place, { interceptor }) {
  place.copy(`interceptor/${interceptor}.mjs`, 'main.mjs');
  expectWords(await place.node(['main.mjs'], { limitMs: 60_000 }), 'intercepted');
}
