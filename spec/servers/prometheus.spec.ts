import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';
import { anchorsOf } from '../support/pages.js';
import { describeInstalled } from '../support/servers/installed.js';
import { readDashboard } from '../support/servers/prometheus/dashboard.js';
import { drawDashboard } from '../support/servers/prometheus/dashboard-picture.js';
import { JOBS, type Job, SCALE, WatchedOutage } from '../support/servers/prometheus/watched-outage.js';

const RULES = 'examples/prometheus/alerts.yaml';
/** Scraping, evaluating, and what the retries of the library leave to chance. ms. */
const SLACK_MS = 3_000;

describeInstalled('Prometheus', { program: 'promtool', args: ['--version'] }, function () {
  this.timeout(240_000);

  it('takes the rules, and they pass their own tests', () => {
    for (const args of [
      ['check', 'rules', RULES],
      ['test', 'rules', 'examples/prometheus/alerts.test.yaml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
      expect(status, stdout + stderr).to.equal(0);
    }
  });

  it('has a runbook for each alert', () => {
    const named = [...readFileSync(RULES, 'utf8').matchAll(/runbook: docs\/operating\.md#(\S+)/g)];
    const alerts = [...readFileSync(RULES, 'utf8').matchAll(/- alert: (\w+)/g)];
    expect(named.map(([, anchor]) => anchor)).to.deep.equal(alerts.map(([, name]) => name?.toLowerCase()));
    expect(anchorsOf('docs/operating.md')).to.include.members(named.map(([, anchor]) => anchor));
  });

  describe('beside a service whose authorization server is down, and then refuses it', () => {
    let outage: WatchedOutage;
    before(async () => {
      outage = await WatchedOutage.start();
      await outage.run();
      const file = process.env.DASHBOARD_SVG;
      if (file) writeFileSync(file, await drawDashboard(outage));
    });
    after(() => outage?.close());

    /** The course of the outage; the rejections after it are another matter. */
    const COURSE = ['pass', 'warn', 'fail', 'pass'];
    const when = (job: Job, status: string) => outage.health[job][COURSE.lastIndexOf(status)]?.at ?? 0;
    const firing = (job: Job, name: string) => outage.alerts.get(job)?.get(name) ?? { from: 0, to: 0 };

    for (const job of JOBS) {
      it(`sees health() of ${job} go from pass to warn, fail, and pass again`, () => {
        const statuses = outage.health[job].map(({ status }) => status);
        expect(statuses.slice(0, 4)).to.deep.equal(COURSE);
        expect(statuses.slice(4)).to.not.include('fail');
        expect(statuses.at(-1)).to.equal('pass');
      });

      it(`warns of ${job} while callers are still served, and until requests succeed again`, () => {
        const { from, to } = firing(job, 'M2mTokenRequestsFail');
        const forMs = 60_000 / SCALE;
        const windowMs = 360_000 / SCALE;
        expect(from - when(job, 'warn')).to.be.within(forMs, forMs + windowMs + SLACK_MS);
        expect(from).to.be.below(when(job, 'fail'));
        expect(outage.refusing.from - from).to.be.above(0);
        expect(to).to.be.below(when(job, 'pass') + SLACK_MS);
      });

      it(`alarms of ${job} once callers fail, and until they do no more`, () => {
        const { from, to } = firing(job, 'M2mTokenMissing');
        expect(from - when(job, 'fail')).to.be.within(30_000 / SCALE - 500, 30_000 / SCALE + SLACK_MS);
        expect(Math.abs(to - when(job, 'pass'))).to.be.below(SLACK_MS);
      });

      it(`alarms of ${job} once the client is refused, and until it was not for a while`, () => {
        const { from, to } = firing(job, 'M2mTokenClientRefused');
        // The last delay of the outage may have to pass first: 15 s at most.
        expect(from - outage.refusing.from).to.be.within(0, 15_000 + SLACK_MS);
        const lastRefusalAt = to - 600_000 / SCALE;
        expect(lastRefusalAt).to.be.within(outage.refusing.from - SLACK_MS, outage.refusing.to + SLACK_MS);
      });
    }

    it('has data for every query of the dashboard', async () => {
      expect(readDashboard('3s', 'shop')).to.have.length(8);
      for (const { title, queries } of JOBS.flatMap((job) => readDashboard('3s', job)))
        for (const { expression } of queries) {
          // An API rejects the tokens of one of the services alone.
          if (/rejections.*telemetry/.test(expression)) continue;
          const series = await outage.prometheus.query(expression, outage.span);
          const values = series.flatMap(({ points }) => points.map(([, value]) => value));
          expect(values.some(Number.isFinite), `${title}: ${expression}`).to.equal(true);
        }
    });
  });
});
