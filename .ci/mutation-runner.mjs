/**
 * Runs the specs for Stryker, whose own mocha runner cannot load mocha 12 yet (stryker-js#6205). A process tests one
 * mutant after another. What kills a mutant must pass again without it: else something was left behind in this process,
 * and another takes its place.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { determineHitLimitReached, toMutantRunResult } from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import Mocha from 'mocha';

/** They read sources, try dependencies, start processes that know of no mutant, or take long on real sockets. */
const LEFT_OUT =
  /^(cli|dependencies|index|layout|public-surface|scenarios\/(authorization-server|command-line-programs|command-line-terminal|doctor|faults|fleet|fleet-clocks|fleet-processes|fleet-topologies|fleet-without-key|health|kubernetes|mutual-tls|npm-servers|opentelemetry|process|readme|run-command|secrecy)|servers\/.*)\.spec\.ts$/;

const [PASSED, FAILED] = [0, 1];
/** Before specs replace it. */
const steadyNow = performance.now.bind(performance);

/** Makes Stryker try the same mutant again in another process. */
class SpentError extends Error {}

class MutationRunner {
  #mocha = new Mocha({ bail: true, timeout: 5_000, reporter: class {} }).cleanReferencesAfterRun(false);
  /** Shared with the instrumented code. */
  #stryker = Object.assign(globalThis, { __stryker__: {} }).__stryker__;
  #isLoaded = false;
  #isRunning = false;
  #isSpent = false;

  capabilities() {
    return { reloadEnvironment: false };
  }

  init() {
    // The same cases for every mutant, and no search for the least of those that fail.
    fc.configureGlobal({ seed: 20_261_122, endOnFailure: true });
    process.prependListener('unhandledRejection', (reason) => {
      // It fails the test under way, as in mocha's own command. Stryker would let it pass.
      if (this.#isRunning) throw reason;
    });
    for (const file of readdirSync('spec', { recursive: true }).sort()) {
      if (file.endsWith('.spec.ts') && !LEFT_OUT.test(file)) this.#mocha.addFile(path.resolve('spec', file));
    }
  }

  async dryRun() {
    await this.#load();
    const result = await this.#run();
    return { ...result, mutantCoverage: this.#stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }) {
    const isFresh = !this.#isLoaded;
    const isStatic = mutantActivation === 'static';
    if (this.#isSpent) throw new SpentError();
    try {
      if (isStatic) this.#stryker.activeMutant = activeMutant.id;
      await this.#load();
    } catch (error) {
      return { status: 'error', errorMessage: String(error) };
    }
    Object.assign(this.#stryker, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit && 0 });
    this.#putFirst(activeMutant.fileName);
    const outcome = await this.#run(testFilter);
    const limit = determineHitLimitReached(this.#stryker.hitCount, hitLimit);
    Object.assign(this.#stryker, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
    const result = toMutantRunResult(limit ?? outcome);
    this.#isSpent = result.status === 'timeout';
    if (result.status === 'killed' && !isStatic) {
      const { tests } = await this.#run(result.killedBy);
      this.#isSpent = tests.length === 0 || tests.some(({ status }) => status === FAILED);
      if (this.#isSpent && !isFresh) throw new SpentError();
    }
    return result;
  }

  async #load() {
    if (!this.#isLoaded) await this.#mocha.loadFilesAsync();
    this.#isLoaded = true;
  }

  /** The specs of the file that was changed find out most, and scenarios take longest. */
  #putFirst(changed) {
    const mirror = changed.replace(/^.*\blib\//, 'spec/').replace(/\.ts$/, '.spec.ts');
    const rank = ({ file = '' }) => (file.endsWith(mirror) ? 0 : file.includes('/scenarios/') ? 2 : 1);
    this.#mocha.suite.suites.sort((one, other) => rank(one) - rank(other));
  }

  /** Runs the tests of these titles, or all; ends at the first that fails. */
  async #run(titles) {
    this.#mocha.grep({ test: (title) => titles?.includes(title) ?? true });
    this.#isRunning = true;
    const outcome = await new Promise((resolve) => {
      const tests = [];
      const runner = this.#mocha.run(() => resolve({ status: 'complete', tests }));
      let startedAt = 0;
      const note = (test, status, failureMessage) => {
        const id = test.fullTitle();
        tests.push({
          id,
          name: id,
          fileName: test.file,
          timeSpentMs: steadyNow() - startedAt,
          status,
          failureMessage,
        });
      };
      runner.on('test', (test) => {
        startedAt = steadyNow();
        this.#stryker.currentTestId = test.fullTitle();
      });
      runner.on('pass', (test) => note(test, PASSED));
      runner.on('fail', (runnable, error) => {
        note(runnable.ctx?.currentTest ?? runnable, FAILED, String(error.message));
        if (error.code === 'ERR_MOCHA_TIMEOUT') resolve({ status: 'timeout', reason: error.message });
      });
    });
    this.#isRunning = false;
    return outcome;
  }
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'mocha-12', injectableClass: MutationRunner }];
