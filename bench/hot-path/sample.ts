import { seededRandom } from '../day/random.js';

/** So many of the places below `total`, each once, in no order: the next is not beside the last in memory. */
export function sample(total: number, count: number): number[] {
  const random = seededRandom(1, 'places');
  const places = Array.from({ length: total }, (_, place) => place);
  for (let at = 0; at < count; at += 1) {
    const other = at + Math.floor(random() * (total - at));
    [places[at], places[other]] = [places[other] as number, places[at] as number];
  }
  return places.slice(0, count);
}
