import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from './cpu.js';
import { nextTurn } from './simulated-endpoint.js';

/** How long the event loop was kept from turning, in ms. */
export interface Pauses {
  /** By `monitorEventLoopDelay` with a resolution of 1 ms, which itself counts as 1 ms. */
  readonly p99: number;
  readonly max: number;
  /** The longest time between two turns, less the time in which the process did not run: others' load is not its own. */
  readonly longestBusy: number;
  /** The longest collection of garbage. */
  readonly longestGc: number;
}

/** Watches the event loop for as long as `work` goes on, at least for so many ms. */
export async function watchPauses(atLeastMs: number, work: () => unknown = () => undefined): Promise<Pauses> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const collections = watchCollections();
  const turns = watchTurns();
  delays.enable();
  await Promise.all([work(), sleep(atLeastMs)]);
  delays.disable();
  return {
    p99: delays.percentile(99) / 1e6,
    max: delays.max / 1e6,
    longestBusy: turns.stop(),
    longestGc: await collections.stop(),
  };
}

function watchTurns(): { stop: () => number } {
  let longestMs = 0;
  let lastMs = performance.now();
  let since = process.cpuUsage();
  const look = (): void => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, Math.min(nowMs - lastMs, cpuMs(since)));
    lastMs = nowMs;
    since = process.cpuUsage();
  };
  const timer = setInterval(look, 1);
  const stop = (): number => {
    look();
    clearInterval(timer);
    return longestMs;
  };
  return { stop };
}

/** The longest collection of garbage, in ms. */
export function watchCollections(): { stop: () => Promise<number> } {
  let longestMs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestMs = Math.max(longestMs, duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  const stop = async (): Promise<number> => {
    // What was collected is told some turns later.
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    observer.disconnect();
    return longestMs;
  };
  return { stop };
}
