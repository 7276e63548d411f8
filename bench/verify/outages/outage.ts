/** The key endpoint is down for so long, after the first keys were fetched. */
export interface Outage {
  readonly title: string;
  readonly lengthS: number;
  /** A sample: all calls come in one second of so many, and few in the others. */
  readonly everyS: number;
}

export const outages: readonly Outage[] = [
  { title: '1 min', lengthS: 60, everyS: 1 },
  { title: '10 min', lengthS: 600, everyS: 1 },
  { title: '1 h', lengthS: 3_600, everyS: 10 },
  { title: '24 h', lengthS: 86_400, everyS: 60 },
];

/** For a look: fewer of the calls. */
export function thinOut(outage: Outage): Outage {
  return { ...outage, everyS: Math.max(outage.everyS, Math.round(outage.lengthS / 30)) };
}
