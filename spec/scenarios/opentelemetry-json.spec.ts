import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { expect } from 'chai';
import { instrument } from '../../lib/opentelemetry.js';
import { Metrics } from '../support/metrics.js';
import { rejection } from '../support/rejection.js';
import { Stage } from '../support/stage.js';

/** What happens, and what the gauges tell after it: the time left, the age, and whether the store is out of order. */
type Phase = readonly [name: string, live: () => unknown, gauges: readonly [number, number, number]];

/** JSON has no NaN: it would be null, and a Collector answers 400 to the whole of what the service sends. */
describe('by OTLP in JSON', () => {
  let stage: Stage;
  let metrics: Metrics;
  let stop: () => void;
  beforeEach(() => {
    stage = new Stage({ retry: { retries: 0 }, store: brokenStore() }).withChance(0);
    metrics = new Metrics();
    stop = instrument(stage.provider, { meter: metrics.meter, clientIdAttribute: true });
  });
  afterEach(async () => {
    stop();
    await metrics.close();
    await stage.strike();
  });

  const warm = async () => {
    await stage.warm();
    await stage.time.pass(100_000);
  };
  const lose = async () => {
    stage.server.respond = (request) => request.answer(503);
    await stage.time.pass(250_000);
    void stage.provider.getToken();
  };
  const miss = async () => {
    await stage.time.pass(250_000);
    await rejection(stage.provider.getToken({ maxWaitMs: 0 }));
  };
  const rest = () => stage.time.pass(3_600_000);
  const phases: readonly (readonly Phase[])[] = [
    [
      ['pass', warm, [500, 100, 1]],
      ['warn', lose, [250, 350, 1]],
      ['fail', miss, [0, 0, 1]],
      ['quiet after it failed', rest, [-1, 0, 1]],
      ['stopped', () => stop(), [-1, 0, 0]],
    ],
    [
      ['pass', warm, [500, 100, 1]],
      ['quiet', rest, [-1, 0, 1]],
      ['closed', () => stage.provider.close(), [-1, 0, 0]],
    ],
    [
      ['fail', () => lose().then(miss), [0, 0, 1]],
      ['closed', () => stage.provider.close(), [-1, 0, 0]],
    ],
    [
      ['pass', warm, [500, 100, 1]],
      ['stopped', () => stop(), [-1, 0, 0]],
    ],
  ];
  for (const steps of phases)
    it(`each number is one, in all phases: ${steps.map(([name]) => name).join(', ')}`, async () => {
      for (const [name, live, expected] of steps) {
        await live();
        const sent = Buffer.from(JsonMetricsSerializer.serializeRequest(await metrics.collectAll()) ?? '');
        expect(sent.toString(), name).to.contain('"m2m_token.entries"').and.not.contain('null');
        const told = ['expires_in', 'age', 'store.degraded'].map(async (gauge) =>
          (await metrics.points(`m2m_token.${gauge}`)).map(({ value }) => value),
        );
        expect((await Promise.all(told)).flat(), name).to.deep.equal(expected);
      }
    });
});

/** Of which tokens can be neither read nor written. */
function brokenStore() {
  const fail = () => Promise.reject(new Error('no store'));
  return { read: fail, takeLease: fail, extendLease: fail, releaseLease: fail, write: fail };
}
