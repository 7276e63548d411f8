import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { asksForToken, needsRedis, runSample, type SampleRun } from '../support/page-sample.js';
import { PAGES, readPage, type Sample, samplesOf } from '../support/pages.js';
import { describeWithRedis } from '../support/redis-server.js';

/** What is not run here: commands, drawings. */
const NOT_RUN = ['sh', 'text'];
/** Samples that need packages which are not installed here: `npm run test:surroundings` runs these, by their tags. */
const ELSEWHERE = readFileSync('.ci/surroundings/list/page-samples.mjs', 'utf8');
const HERE = ['', 'cjs', 'handler', 'mocha', 'node', 'service'];

const all = PAGES.flatMap((page) =>
  samplesOf(page).map((sample, index) => ({ ...sample, page, name: `${page} sample ${index + 1}` })),
);
const code = all.filter(({ language }) => !NOT_RUN.includes(language));
const here = code.filter(({ tag }) => HERE.includes(tag));

function expectSuccess(sample: Sample, run: SampleRun): void {
  const isAsking = asksForToken(sample);
  expect(run).to.include({ code: 0, stderr: '', requests: isAsking ? 1 : 0 });
  expect(run.stdout).to.match(/\w/);
  for (const words of sample.prints) expect(run.stdout).to.contain(words);
  expect(run.tokens).to.not.include('none');
  if (isAsking && sample.code.includes('/things')) expect(run.tokens).to.have.length(1);
  if (sample.tag === 'handler') expect(run.stdout).to.equal('status 200\n');
  if (sample.tag === 'mocha') expect(run.stdout).to.match(/\d passing/);
  if (sample.tag === 'service') expect(run.stdout).to.equal('statuses 401,200\n');
}

describe('the samples of the pages', () => {
  it('are there, and all of a kind that is run', () => {
    expect(here.length).to.be.above(25);
    expect(all.map(({ language }) => language)).to.include.members(NOT_RUN);
    for (const { name, language, tag } of code) {
      expect(['js', 'ts'], name).to.include(language);
      if (!HERE.includes(tag)) expect(ELSEWHERE, name).to.contain(`tag: '${tag}'`);
    }
  });

  const specsOf = (samples: typeof here) => {
    for (const sample of samples)
      it(`${sample.name} runs, and prints what it says`, async () => {
        expectSuccess(sample, await runSample(sample, sample.name.replace(/\W+/g, '-')));
      });
  };
  specsOf(here.filter((sample) => !needsRedis(sample)));
  describeWithRedis('with Redis', () => specsOf(here.filter(needsRedis)));
});

describe('the README', () => {
  const readme = readPage('README.md');

  it('is short, and begins with one sentence and the two set-up commands', () => {
    const lines = readme.trimEnd().split('\n');
    expect(lines.length).to.be.at.most(150);
    expect(lines[2])
      .to.match(/^[A-Z].*\.$/)
      .and.not.match(/\. [A-Z]/);
    expect(readme.indexOf('npm ci && npm start')).to.be.within(1, readme.indexOf('```js'));
    expect(readme.indexOf('npm ci && npm test')).to.be.within(1, readme.indexOf('```js'));
  });

  it('leads to every page', () => {
    for (const page of PAGES.filter((page) => page !== 'README.md')) expect(readme).to.contain(`(${page}`);
  });
});
