import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { readSettings } from '../../lib/options/settings.js';
import { scheduleToken } from '../../lib/token/token-schedule.js';
import { nameIn, readPage, rowsOf } from '../support/pages.js';

const PAGE = 'docs/operating.md';
const UNITS: Readonly<Record<string, number>> = { min: 60_000, h: 3_600_000 };

describe('docs/operating.md', () => {
  it('names each state', () => {
    const states = /TokenState =([^;]*);/.exec(readFileSync('lib/token/token-slot.ts', 'utf8'))?.[1];
    const told = rowsOf(PAGE, 'What does each state mean?').map(([first]) => nameIn(first));
    expect(told).to.deep.equal([...(states ?? '').matchAll(/'(\w+)'/g)].map(([, state]) => state));
  });

  it('has metrics to watch that there are', () => {
    const metrics = rowsOf(PAGE, 'Metrics by OpenTelemetry').map(([name]) =>
      nameIn(name).replaceAll('.', '_'),
    );
    const watched = rowsOf(PAGE, 'What to watch')
      .map(([first]) => nameIn(first))
      .filter(Boolean);
    expect(watched).to.have.length(5);
    for (const name of watched) expect(metrics).to.include(name.replace(/_(seconds|total)$/, ''));
  });

  it('has an example that records the same by prom-client, which dashboard and alerts ask for', () => {
    const names = rowsOf(PAGE, 'Metrics by OpenTelemetry').map(([name, kind = '']) => {
      const unit = kind.endsWith(', s') ? '_seconds' : '';
      return nameIn(name).replaceAll('.', '_') + unit + (kind === 'counter' ? '_total' : '');
    });
    const namedIn = (file: string) =>
      new Set(
        [
          ...readFileSync(`examples/${file}`, 'utf8')
            .replaceAll('(_seconds)?', '_seconds')
            .matchAll(/(?<!:)\bm2m_token_\w+/g),
        ].map(([name]) => name.replace(/_(bucket|count)$/, '')),
      );
    expect(namedIn('prometheus/record-metrics.ts')).to.have.all.keys(names);
    expect(namedIn('grafana/dashboard.json')).to.have.all.keys(names);
    for (const name of namedIn('prometheus/alerts.yaml')) expect(names).to.include(name);
  });

  const capacity = rowsOf(PAGE, 'Capacity');
  it('has four lifetimes', () => expect(capacity).to.have.length(4));
  for (const [lifetime = '', after, requests] of capacity)
    it(`tells how often tokens of ${lifetime} are asked for`, () => {
      const [count = '', unit = ''] = lifetime.split(' ');
      const lifetimeMs = Number(count) * (UNITS[unit] ?? Number.NaN);
      const dueAfter = [1, 0].map(
        (chance) => scheduleToken(lifetimeMs, readSettings({}), () => chance).dueAfterMs / 1_000,
      );
      const perHour = dueAfter.map((seconds) => Number((3_600 / seconds).toPrecision(2))).reverse();
      expect(after).to.equal(`${dueAfter.join(' to ')} s`);
      expect(requests).to.equal(perHour.join(' to '));
    });

  it('has the memory that was measured', () => {
    const rows = rowsOf('bench/scale/RESULTS.md', 'Memory');
    const cell = (clients: string, place: number) => rows.find(([first]) => first === clients)?.[place] ?? '';
    const kilobytes = (Number(cell('1,000', 1).replace(',', '')) / 1_000).toFixed(1);
    const mebibytes = Number(cell('1,000', 4)).toFixed(1);
    expect(readPage(PAGE)).to.contain(
      `Memory: ${kilobytes} KB for each target, with tokens of 800 characters; ${mebibytes} MiB for 1,000 targets, ${cell('100,000', 4)} MiB for 100,000.`,
    );
  });
});
