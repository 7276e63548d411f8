import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Spread, spreadOf } from '../../shared/spread.js';
import { hear, letGo, startChild } from './children.js';
import { Holdings } from './holdings.js';
import type { MemberMessage, MemberPlan } from './messages.js';
import type { RedisServer } from './redis-server.js';

/** What was seen of one fleet. */
export interface Trial {
  readonly processes: number;
  /** Token requests, at the cold start and after it. */
  readonly requestsAtStart: number;
  readonly requests: number;
  readonly renewals: number;
  /** From the word to begin until all held a token. */
  readonly startMs: number;
  /** At each renewal, from when the first held the new token until all did. */
  readonly spreadMs: Spread;
  readonly commandsAtStart: number;
  readonly commands: number;
  /** What the processes have told beside. */
  readonly troubles: readonly string[];
}

/** Far beyond what a token lives. */
const LONGEST_RENEWAL_MS = 15_000;
/** By then the token that has just come is published. */
const PUBLISHED_MS = 300;

export interface Stage {
  readonly redis: RedisServer;
  readonly server: ChildProcess;
  readonly tokenEndpoint: string;
}

/** So many processes begin together, and go on for so many renewals. */
export async function tryFleet(stage: Stage, processes: number, renewals: number): Promise<Trial> {
  const { redis, server, tokenEndpoint } = stage;
  const plan: MemberPlan = { redisUrl: redis.url, tokenEndpoint, prefix: `fleet-${processes}:` };
  const members = Array.from({ length: processes }, () => startChild('./member.ts', plan));
  const holdings = new Holdings(processes);
  const troubles: string[] = [];
  try {
    await Promise.all(members.map((member) => hear<MemberMessage>(member)));
    for (const [place, member] of members.entries()) {
      member.on('message', (message: MemberMessage) => {
        if (message.is === 'slot') holdings.add(place, message.held);
        if (message.is === 'in trouble') troubles.push(message.what);
      });
      member.once('exit', (code) => troubles.push(`a process ended (${code})`));
    }
    const before = await count(redis, server);
    const beganAt = Date.now();
    for (const member of members) member.send('begin');
    await inTime(holdings.whenAllHeld(1), 1);
    const started = await count(redis, server);
    await inTime(holdings.whenAllHeld(1 + renewals), renewals);
    const ended = await count(redis, server);
    const [, ...spreadsMs] = holdings.spreadsMs();
    return {
      processes,
      renewals,
      requestsAtStart: started.requests - before.requests,
      requests: ended.requests - started.requests,
      commandsAtStart: started.commands - before.commands,
      commands: ended.commands - started.commands,
      startMs: holdings.allStartedAt() - beganAt,
      spreadMs: spreadOf(spreadsMs),
      troubles: [...troubles],
    };
  } finally {
    await letGo(members);
  }
}

async function count(redis: RedisServer, server: ChildProcess) {
  await sleep(PUBLISHED_MS);
  const heard = hear<number>(server);
  server.send('count');
  return { requests: await heard, commands: await redis.commands() };
}

async function inTime(work: Promise<void>, renewals: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error('Some process of the fleet got no token in time.')),
      renewals * LONGEST_RENEWAL_MS,
    );
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
