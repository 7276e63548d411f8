/** All subjects in one process, in rounds. Argument: the plan, as JSON. */
import http from 'node:http';
import { shuffled } from '../../scale/stopwatch.js';
import { lowOf } from '../../shared/spread.js';
import { type Client, loadSubject, type Surroundings, type Verify } from '../subject.js';
import { AUDIENCE, JWKS_PATH, TokenMaker } from '../tokens.js';
import { checkThatAllIsVerified } from './check.js';
import type { Figures, Plan } from './plan.js';

interface Timed {
  readonly file: string;
  readonly verify: Verify;
  /** Tokens verified in one round. */
  count: number;
  readonly cpuUs: number[];
  readonly elapsedUs: number[];
}

const WARM_UP = 20;
const NEW_TOKENS = 20;
/** A round should last long enough for the clocks of the process. */
const ROUND_US = 2_000;
const LEAST_TOKENS = 5;
const MOST_TOKENS = 1_000;

const { algorithm, isSeen, issuer, key, files, rounds } = JSON.parse(process.argv[2] ?? '') as Plan;
const maker = new TokenMaker(issuer, key);
const seenTokens: readonly string[] = new Array(MOST_TOKENS).fill(maker.make());
const surroundings: Surroundings = {
  issuer,
  jwksUri: `${issuer}${JWKS_PATH}`,
  audience: AUDIENCE,
  algorithm,
  network: { fetch: globalThis.fetch, agent: http.globalAgent },
};
const all: Timed[] = [];
for (const file of files) all.push(await prepare(file));

for (let round = -WARM_UP; round < rounds; round += 1) {
  if (round === 0) all.forEach(endWarmUp);
  const tokens = makeTokens();
  // In another order each time, by chance.
  for (const one of shuffled(all, Math.random)) await time(one, tokens);
}
const figures: Figures = Object.fromEntries(
  all.map(({ file, cpuUs, elapsedUs }) => [file, { cpu: lowOf(cpuUs), elapsed: lowOf(elapsedUs) }]),
);
process.send?.(figures, () => process.exit());

async function prepare(file: string): Promise<Timed> {
  const client: Client = await (await loadSubject(file))(surroundings);
  await checkThatAllIsVerified(file, client.verify, maker);
  return { file, verify: client.verify, count: NEW_TOKENS, cpuUs: [], elapsedUs: [] };
}

/** For all in one round: nobody has seen these, or everybody has seen the one. */
function makeTokens(): readonly string[] {
  return isSeen ? seenTokens : Array.from({ length: NEW_TOKENS }, () => maker.make());
}

async function time({ verify, count, cpuUs, elapsedUs }: Timed, tokens: readonly string[]): Promise<void> {
  const since = process.cpuUsage();
  const beganMs = performance.now();
  for (let place = 0; place < count; place += 1) await verify(tokens[place] as string);
  const passedMs = performance.now() - beganMs;
  const { user, system } = process.cpuUsage(since);
  cpuUs.push((user + system) / count);
  elapsedUs.push((passedMs * 1_000) / count);
}

/** What it took only tells how many tokens to verify in a round. */
function endWarmUp(one: Timed): void {
  const enough = Math.round(ROUND_US / lowOf(one.elapsedUs));
  one.count = Math.min(isSeen ? MOST_TOKENS : NEW_TOKENS, Math.max(LEAST_TOKENS, enough));
  one.cpuUs.length = 0;
  one.elapsedUs.length = 0;
}
