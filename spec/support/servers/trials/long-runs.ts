import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { rejection } from '../../rejection.js';
import { RealServer } from '../real-server.js';
import type { ServerDriver } from '../server-driver.js';
import { busyPeriod, heard, type Period } from './busy-period.js';
import { CLIENTS, clientOf } from './clients.js';
import { connect, itPasses } from './trial.js';

/** With tokens this short, some part of a second is left when they are renewed. */
const SHORT_SECONDS = 4;
/** Renewed after 10 s at the latest, and usable for 9 s more. */
const LONGER_SECONDS = 20;
const OUTAGE_MS = 4_000;

/** Starts what takes long, and gives what a spec waits for. */
export type Begin = (run: () => Promise<void>) => () => Promise<void>;

const steadily: Period = { lifetimeSeconds: SHORT_SECONDS, happens: () => sleep(20_000) };

const throughRestarts: Period = {
  lifetimeSeconds: SHORT_SECONDS,
  async happens(server, provider) {
    await heard(provider, 'refresh');
    await server.restart();
    await heard(provider, 'refresh', 2);
    await server.stop();
    await sleep(OUTAGE_MS);
    await server.start();
    await heard(provider, 'refresh', 2);
  },
};

const throughAnOutage: Period = {
  lifetimeSeconds: LONGER_SECONDS,
  async happens(server, provider) {
    await server.stop();
    await Promise.race([heard(provider, 'retry'), heard(provider, 'failure')]);
    await sleep(OUTAGE_MS - 1_000);
    await server.start();
    await heard(provider, 'refresh');
  },
};

/** What takes long is started for all servers at once; each spec waits for its part. */
export function tryForLong(driver: ServerDriver, begin: Begin): void {
  const title = `keeps callers from waiting and from failing, for 20 s with tokens of ${SHORT_SECONDS} s`;
  itPasses(
    driver,
    title,
    begin(async () => {
      const { failures, waits, retries, alarms, ...counts } = await busyPeriod(driver, steadily);
      const { tokens, requests, told } = counts;
      expect([failures, waits, retries, alarms]).to.deep.equal([[], [], [], []]);
      // One may be under way when the time is over.
      expect(requests - told).to.be.within(0, 1);
      expect(tokens).to.be.at.least(20 / SHORT_SECONDS);
    }),
  );

  itPasses(
    driver,
    'lets nobody fail while the server restarts, or is away for 4 s',
    begin(async () => {
      const { failures } = await busyPeriod(driver, throughRestarts);
      expect(failures).to.deep.equal([]);
    }),
  );

  itPasses(
    driver,
    'lets nobody notice an outage during the life of a token',
    begin(async () => {
      const { failures, waits } = await busyPeriod(driver, throughAnOutage);
      expect({ failures, waits }).to.deep.equal({ failures: [], waits: [] });
    }),
  );

  if (driver.hidesWrongPaths) return;
  itPasses(
    driver,
    'tells of a wrong path, and what to look at',
    begin(() => findWrongPath(driver)),
  );
}

async function findWrongPath(driver: ServerDriver): Promise<void> {
  const server = await RealServer.start(driver, { lifetimeSeconds: SHORT_SECONDS, clients: CLIENTS });
  try {
    const tokenEndpoint = `${server.origin}/nowhere`;
    await using provider = connect({ driver, server }, clientOf('post'), { tokenEndpoint });
    const error = await rejection(provider.getToken({ maxWaitMs: 10_000 }));
    expect(error).to.include({ permanent: true });
    expect(error.message)
      .to.match(/address|path|tokenEndpoint/)
      .and.not.match(/secret/i);
  } finally {
    await server.close();
  }
}

/** Servers count in seconds: some give a token again for most of a second after its end. */
const ROUNDING_MS = 1_500;

/** Some lifetimes of a token that is due in the middle of its life, but is not replaced before its end. */
const overTheSameTokens: Period = { lifetimeSeconds: 15, reuse: true, happens: () => sleep(50_000) };

/** What is promised where a server gives the same token again until it ends. */
export function trySameToken(driver: ServerDriver, begin: Begin): void {
  itPasses(
    driver,
    'gives the same token again, and nobody fails, no alarm rings, few ask',
    begin(async () => {
      const { failures, alarms, tokens, requests, waits } = await busyPeriod(driver, overTheSameTokens);
      const longWaits = waits.filter((ms) => ms > ROUNDING_MS);
      expect({ failures, alarms, longWaits }).to.deep.equal({ failures: [], alarms: [], longWaits: [] });
      expect(tokens).to.be.at.least(3);
      expect(requests).to.be.at.most(3 * tokens);
    }),
  );
}
