/** One outage as the callers and the server saw it. */
export interface OutageScore {
  readonly minutes: number;
  readonly requests: number;
  /** From the server's return until a caller gets a token; 0 where callers were served all along. */
  readonly recoveryMs: number;
}

/** What one subject did in one scenario. Callers count from the first token of their process on. */
export interface Score {
  /** Callers who were not answered within the instant in which they asked. */
  waited: number;
  /** Callers who got an error, or nothing at all. */
  failed: number;
  /** Callers who waited, failed, or both. */
  disturbed: number;
  longestWaitMs: number;
  /** Tokens handed out at their true end or later. */
  expired: number;
  /** Errors that reached callers before the first token did. */
  failedAtFirst: number;
  requests: number;
  /** Unhandled rejections and exceptions: each would have ended the process. */
  unhandled: number;
  outages: OutageScore[];
  /** Token requests in the busiest second of an hour; for many processes alone. */
  busiest: { firstHour: number; lastHour: number } | undefined;
}

export function emptyScore(): Score {
  return {
    waited: 0,
    failed: 0,
    disturbed: 0,
    longestWaitMs: 0,
    expired: 0,
    failedAtFirst: 0,
    requests: 0,
    unhandled: 0,
    outages: [],
    busiest: undefined,
  };
}

/** Several days of the same scenario as one. */
export function addScores(scores: readonly Score[]): Score {
  const total = emptyScore();
  for (const score of scores) {
    for (const name of SUMS) total[name] += score[name];
    total.longestWaitMs = Math.max(total.longestWaitMs, score.longestWaitMs);
    total.outages.push(...score.outages);
    total.busiest ??= score.busiest;
  }
  return total;
}

const SUMS = ['waited', 'failed', 'disturbed', 'expired', 'failedAtFirst', 'requests', 'unhandled'] as const;
