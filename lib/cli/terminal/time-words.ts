const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A duration in words, by its two largest units: `9 min 48 s`. Parts of a second are told for the shortest alone. */
export function durationWords(ms: number): string {
  const size = Math.abs(ms);
  if (size < 1_000) return `${Math.round(size)} ms`;
  const parts: string[] = [];
  let left = Math.round(size / 1_000);
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
    // `2 d 5 s` would tell less than `2 d`.
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** How far a moment is from now: `in 9 min 48 s`, `2 h ago`. */
export function distanceWords(at: number, now: number): string {
  return at >= now ? `in ${durationWords(at - now)}` : `${durationWords(now - at)} ago`;
}

/** A moment as a date of ISO 8601, to the second; text for what is none. */
export function dateWords(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? 'no date' : date.toISOString().replace(/\.\d+Z$/, 'Z');
}
