import { describeInstalled } from './installed.js';
import { RealServer } from './real-server.js';
import type { ServerDriver } from './server-driver.js';
import { CLIENTS } from './trials/clients.js';
import { tryCredentials, trySecrets } from './trials/credentials.js';
import { type Begin, tryForLong, trySameToken } from './trials/long-runs.js';

const LONGEST_MS = 120_000;

export interface Extent {
  /** Also tries each server in the mode in which it gives the same token again. */
  readonly reuse?: boolean;
}

/** The trials that every authorization server has to go through. Those that take long run side by side. */
export function describeServers(drivers: readonly ServerDriver[], { reuse = false }: Extent = {}): void {
  describe('servers that others wrote', function () {
    this.timeout(LONGEST_MS);
    const starters: (() => void)[] = [];
    before(() => {
      for (const start of starters) start();
    });

    /** Starts a long run before the first spec, and gives the spec that waits for it. */
    const begin: Begin = (run) => {
      let result: Promise<void>;
      starters.push(() => {
        result = run();
        // Its spec tells of it, later.
        result.catch(() => undefined);
      });
      return () => result;
    };

    for (const driver of drivers) {
      describeInstalled(driver.name, driver.probe, () => {
        tryShortly(driver);
        tryForLong(driver, begin);
        if (reuse) trySameToken(driver, begin);
      });
    }
  });
}

/** What a few requests show: all by one server. */
function tryShortly(driver: ServerDriver): void {
  let server: RealServer;
  before(async () => {
    server = await RealServer.start(driver, { lifetimeSeconds: 60, clients: CLIENTS });
  });
  after(() => server?.close());
  const stage = () => ({ driver, server });
  tryCredentials(driver, stage);
  trySecrets(driver, stage);
}
