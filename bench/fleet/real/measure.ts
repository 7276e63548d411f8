import { runChild } from '../../shared/run-child.js';
import type { Tell } from '../tell.js';
import { hear, letGo, startChild } from './children.js';
import type { HotPath } from './hot-path.js';
import { RedisServer } from './redis-server.js';
import { type Trial, tryFleet } from './trial.js';

/** What real processes have shown. */
export interface RealFindings {
  readonly trials: readonly Trial[];
  readonly hotPath: HotPath;
}

interface Effort {
  readonly sizes: readonly number[];
  readonly renewals: number;
  readonly rounds: number;
}

const FULL: Effort = { sizes: [1, 8, 24], renewals: 10, rounds: 31 };
const QUICK: Effort = { sizes: [1, 8], renewals: 2, rounds: 9 };
const LOOP_MS = 50;

/** One fleet after another, on one Redis and one authorization server. */
export async function measureReal(isQuick: boolean, tell: Tell): Promise<RealFindings> {
  const { sizes, renewals, rounds } = isQuick ? QUICK : FULL;
  const redis = await RedisServer.start();
  const server = startChild('./authorization-server.ts');
  try {
    const tokenEndpoint = await hear<string>(server);
    const trials: Trial[] = [];
    for (const processes of sizes) {
      trials.push(await tryFleet({ redis, server, tokenEndpoint }, processes, renewals));
      tell(`real, ${processes} processes`);
    }
    const pace = JSON.stringify({ rounds, loopMs: LOOP_MS });
    const hotPath = await runChild<HotPath>(new URL('./hot-path.ts', import.meta.url), [redis.url, pace]);
    tell('hot path');
    return { trials, hotPath };
  } finally {
    await letGo([server]);
    await redis.stop();
  }
}
