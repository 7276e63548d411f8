import { runCompiledChild } from '../../shared/run-child.js';
import { type Spread, spreadOf } from '../../shared/spread.js';
import { type Contestant, contestants } from '../contestants.js';
import { algorithms, makeJwks, makeSigningKey, type SigningKey } from '../tokens.js';
import { openKeyServer } from './key-server.js';
import type { Figures, Kind, Plan } from './plan.js';

/** Of one contestant at one kind of token: over all processes. */
export interface Speed {
  readonly contestant: Contestant;
  readonly kind: Kind;
  /** µs of CPU time a verification. */
  readonly cpu: Spread;
  /** µs until the answer. */
  readonly elapsed: Spread;
  /** This library's share of that, within a process: below 1 where this library is faster. */
  readonly ownShare: { readonly cpu: Spread; readonly elapsed: Spread };
}

export interface Effort {
  readonly processes: number;
  readonly rounds: number;
}

export const kinds: readonly Kind[] = [true, false].flatMap((isSeen) =>
  algorithms.map((algorithm) => ({ algorithm, isSeen })),
);

/** Collections of garbage fall on whoever is under way: so there are fewer. */
const FLAGS = ['--max-semi-space-size=64'];

/** Several processes for each kind, and all kinds in between: what is compiled differs from process to process. */
export async function measureSpeed({ processes, rounds }: Effort): Promise<Speed[]> {
  const keys = algorithms.map(makeSigningKey);
  const server = await openKeyServer(makeJwks(keys));
  const found = new Map<Kind, Figures[]>(kinds.map((kind) => [kind, []]));
  for (let pass = 0; pass < processes; pass += 1) {
    for (const [kind, all] of found) all.push(await runKind(kind, keys, server.origin, rounds));
    console.log(`Speed: ${pass + 1} of ${processes} processes are done for each kind of token`);
  }
  server.close();
  return kinds.flatMap((kind) =>
    contestants.map((contestant) => summarize(contestant, kind, found.get(kind) ?? [])),
  );
}

function runKind(kind: Kind, keys: readonly SigningKey[], issuer: string, rounds: number): Promise<Figures> {
  const key = keys.find(({ algorithm }) => algorithm === kind.algorithm);
  if (!key) throw new Error(`There is no key for ${kind.algorithm}.`);
  const plan: Plan = { ...kind, issuer, key, files: contestants.map(({ file }) => file), rounds };
  return runCompiledChild<Figures>('verify/speed/run-kind', [JSON.stringify(plan)], FLAGS);
}

function summarize(contestant: Contestant, kind: Kind, all: readonly Figures[]): Speed {
  const times = all.map((figures) => timesIn(figures, contestant.file));
  const own = all.map((figures) => timesIn(figures, contestants.find(({ isOwn }) => isOwn)?.file ?? ''));
  const share = (clock: 'cpu' | 'elapsed') =>
    spreadOf(times.map((time, pass) => (own[pass]?.[clock] ?? Number.NaN) / time[clock]));
  return {
    contestant,
    kind,
    cpu: spreadOf(times.map(({ cpu }) => cpu)),
    elapsed: spreadOf(times.map(({ elapsed }) => elapsed)),
    ownShare: { cpu: share('cpu'), elapsed: share('elapsed') },
  };
}

function timesIn(figures: Figures, file: string): Figures[string] {
  return figures[file] ?? { cpu: Number.NaN, elapsed: Number.NaN };
}
