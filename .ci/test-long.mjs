/**
 * The model of all schedules, 200,000 times (or MODEL_RUNS): in slices, each in a process of its own, so that no memory adds up. A
 * slice that fails ends the run, and says what to replay.
 */
import { spawnSync } from 'node:child_process';

const RUNS = Number(process.env.MODEL_RUNS ?? 200_000);
const SLICE = 10_000;
const firstSeed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);

for (let done = 0; done < RUNS; done += SLICE) {
  const seed = firstSeed + done;
  console.log(
    `${done.toLocaleString('en')} of ${RUNS.toLocaleString('en')} schedules done; next with MODEL_SEED=${seed}`,
  );
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/mocha/bin/mocha.js', '--spec', 'spec/scenarios/model.spec.ts'],
    {
      stdio: 'inherit',
      env: { ...process.env, MODEL_RUNS: `${Math.min(SLICE, RUNS - done)}`, MODEL_SEED: `${seed}` },
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}
