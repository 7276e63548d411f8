/** One subject in a process of its own, in virtual time. Arguments: its file, and the outages as JSON. */
import { seededRandom } from '../../day/random.js';
import { VirtualTime } from '../../day/virtual-time.js';
import { loadSubject } from '../subject.js';
import { AUDIENCE, JWKS_PATH, makeJwks, makeSigningKey, TokenMaker } from '../tokens.js';
import { KeyEndpoint } from './key-endpoint.js';
import { Life } from './life.js';
import { Machines } from './machines.js';
import type { Outage } from './outage.js';
import type { Score } from './score.js';
import { SimulatedAgent } from './simulated-agent.js';

/** Nothing is sent there. All accept http on loopback. */
const ISSUER = 'http://127.0.0.1';
const SEED = 1;

const [file = '', outages = '[]'] = process.argv.slice(2);
const time = new VirtualTime();
const open = await loadSubject(file);
const key = makeSigningKey('RS256');

let unhandled = 0;
const count = (): void => {
  unhandled += 1;
};
process.on('unhandledRejection', count);
process.on('uncaughtException', count);
time.onCrash = count;

const scores: Score[] = [];
for (const outage of JSON.parse(outages) as Outage[]) scores.push(await live(outage).catch(giveUp));
process.send?.(scores, () => process.exit());

/** What the bench itself throws is not the subject's. */
function giveUp(error: unknown): never {
  console.error(error);
  process.exit(1);
}

async function live(outage: Outage): Promise<Score> {
  // For the subject's own dice.
  Math.random = seededRandom(SEED, 'subject');
  time.startDay();
  unhandled = 0;
  const endpoint = new KeyEndpoint(time, makeJwks([key]));
  // For those who have no option for that.
  globalThis.fetch = endpoint.fetch;
  const client = await open({
    issuer: ISSUER,
    jwksUri: `${ISSUER}${JWKS_PATH}`,
    audience: AUDIENCE,
    algorithm: key.algorithm,
    network: { fetch: endpoint.fetch, agent: new SimulatedAgent(endpoint) },
  });
  const machines = new Machines(time, new TokenMaker(ISSUER, key), seededRandom(SEED, 'machines'));
  const random = seededRandom(SEED, 'calls');
  const score = await new Life({ time, endpoint, machines, client, random }).run(outage);
  score.unhandled = unhandled;
  return score;
}
