/**
 * One subject in a process of its own: runs it through scenarios, and sends what it scored in each to the parent.
 * Arguments: the subject's file, the names of the scenarios, and the turns of the event loop.
 */
import { Day } from './day.js';
import { seededRandom } from './random.js';
import { type Scenario, scenarios } from './scenarios.js';
import { addScores, type Score } from './score.js';
import type { Subject } from './subject.js';
import { VirtualTime } from './virtual-time.js';

/** What the parent is sent for each scenario. */
export interface ScenarioReport {
  readonly scenario: string;
  readonly score: Score;
}

const [file, names = '', turns] = process.argv.slice(2);
const time = new VirtualTime(Number(turns));
const { subject } = (await import(`./subjects/${file}.js`)) as { subject: Subject };

let unhandled = 0;
const count = (): void => {
  unhandled += 1;
};
process.on('unhandledRejection', count);
process.on('uncaughtException', count);
time.onCrash = count;

for (const scenario of scenarios.filter(({ name }) => names.split(',').includes(name))) {
  const scores: Score[] = [];
  for (const seed of scenario.seeds) scores.push(await runDay(scenario, seed));
  await report({ scenario: scenario.name, score: addScores(scores) });
}
process.exit();

async function runDay(scenario: Scenario, seed: number): Promise<Score> {
  // For the subject's own dice.
  Math.random = seededRandom(seed, 'subject');
  time.startDay();
  unhandled = 0;
  const score = await scenario.live(new Day(time, subject, seed));
  score.unhandled = unhandled;
  return score;
}

function report(message: ScenarioReport): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, () => resolve());
  });
}
