import { TokenProvider, type TokenProviderOptions } from '../../../../lib/index.js';
import type { RealServer } from '../real-server.js';
import type { RegisteredClient, ServerDriver } from '../server-driver.js';

/** What a trial has: a server that runs, and knows all clients. */
export interface Stage {
  readonly driver: ServerDriver;
  readonly server: RealServer;
}

/** A provider for one of the server's clients. */
export function connect(
  { driver, server }: Stage,
  { id, secret, authentication }: RegisteredClient,
  options: Partial<TokenProviderOptions> = {},
): TokenProvider {
  const { tokenEndpoint } = server;
  const all = {
    tokenEndpoint,
    clientId: id,
    clientSecret: secret,
    authentication,
    ...driver.options,
    ...options,
  };
  return new TokenProvider(all as TokenProviderOptions);
}

/** Titles of trials that the library does not pass yet, with any server. */
const PENDING: readonly string[] = [];

/** A trial as a spec. If it is pending it must fail: whoever mends the library is told to take it off the list. */
export function itPasses(
  driver: Pick<ServerDriver, 'name' | 'pending'>,
  title: string,
  trial: () => Promise<void>,
): void {
  if (![...PENDING, ...(driver.pending ?? [])].includes(title)) {
    it(title, trial);
    return;
  }
  it(`does not yet: ${title}`, async () => {
    const error = await trial().then(
      () => undefined,
      (failure: Error) => failure,
    );
    if (!error) throw new Error(`It passes now. Take "${title}" off the pending trials of ${driver.name}.`);
  });
}
