/** Gives the next number in [0, 1). */
export type Random = () => number;

/** The same numbers for the same seed and purpose, whoever else draws meanwhile. */
export function seededRandom(seed: number, purpose: string): Random {
  let state = seed;
  for (const letter of purpose) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
