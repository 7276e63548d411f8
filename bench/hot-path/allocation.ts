import { GCProfiler, getHeapStatistics } from 'node:v8';
import { spreadOf } from '../shared/spread.js';
import { kept, type Loop, type Loops } from './loops.js';

const BATCHES = 41;
const FEW = 16;
const MANY = 2_000;
/** Well below what new objects have room for: garbage is collected in few of the batches. */
const BATCH_BYTES = 262_144;
/** Of a `Known`: a header of three words, and four fields. */
const KNOWN_BYTES = 7 * 8;

class Known {
  readonly one: number;
  readonly two: number;
  readonly three: number;
  readonly four: number;

  constructor(turn: number) {
    this.one = turn;
    this.two = turn;
    this.three = turn;
    this.four = turn;
  }
}

/** Bytes a call. */
export interface Allocation {
  readonly limit: number;
  readonly floor: number;
  readonly subject: number;
}

/** @throws when the method does not find the true figure where that is known */
export async function measureAllocation({ limit, floor, subject }: Loops): Promise<Allocation> {
  const none = await perTurn(limit);
  const known = (await perTurn(allocateKnown)) - none;
  if (Math.abs(known - KNOWN_BYTES) > 1) {
    throw new Error(`Allocation is not measured rightly: ${known} bytes for ${KNOWN_BYTES}.`);
  }
  return { limit: none, floor: await perTurn(floor), subject: await perTurn(subject) };
}

/** As the limit, with an object more. */
async function allocateKnown(times: number): Promise<void> {
  const settled = Promise.resolve('token');
  for (let turn = 0; turn < times; turn += 1) {
    kept.last = await settled;
    kept.last = new Known(turn);
  }
}

async function perTurn(loop: Loop): Promise<number> {
  const nothing = await usually(() => allocatedBy(loop, 0));
  const rough = ((await allocatedBy(loop, FEW)) - nothing) / FEW;
  const times = Math.ceil(Math.min(MANY, BATCH_BYTES / Math.max(1, rough)));
  return ((await usually(() => allocatedBy(loop, times))) - nothing) / times;
}

async function usually(measure: () => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) figures.push(await measure());
  return spreadOf(figures).median;
}

/** What the heap grows by meanwhile, and by as much again as collecting garbage takes away. */
async function allocatedBy(loop: Loop, times: number): Promise<number> {
  const profiler = new GCProfiler();
  profiler.start();
  let base = getHeapStatistics().used_heap_size;
  await loop(times);
  const end = getHeapStatistics().used_heap_size;
  let bytes = 0;
  for (const { beforeGC, afterGC } of profiler.stop().statistics) {
    bytes += beforeGC.heapStatistics.usedHeapSize - base;
    base = afterGC.heapStatistics.usedHeapSize;
  }
  return bytes + end - base;
}
