import sinon from 'sinon';
import {
  type EventName,
  TokenEndpointError,
  TokenProvider,
  type TokenProviderError,
  TokenRequestError,
} from '../../lib/index.js';
import { FakeProvider } from '../../lib/testing/fake/fake-provider.js';
import { ScriptedServer } from './scripted-server.js';
import { VirtualTime } from './virtual-time.js';

const EVENTS: readonly EventName[] = ['refresh', 'failure', 'retry', 'expire', 'reject', 'evict'];

/** One of two providers, with its server under the test's hand: the real one, or the fake one. Both in virtual time. */
export interface Played {
  readonly provider: TokenProvider;
  /** The server is well: t1, t2, … */
  well(): void;
  /** The server fails: for now, or for good. */
  ill(isPermanent: boolean): void;
  hangs(): void;
  /** The token that is held is over. */
  over(): Promise<void>;
  settle(): Promise<void>;
  /** What has happened so far, in words that hold for both. */
  readonly told: readonly string[];
  end(): Promise<void>;
}

function play(provider: TokenProvider, time: VirtualTime) {
  const told: string[] = [];
  for (const name of EVENTS)
    provider.on(name, (event) => {
      const { reason, error } = event as { reason?: string; error?: TokenProviderError };
      told.push([name, reason, error?.code].filter(Boolean).join(' '));
    });
  const end = async () => {
    await provider.close();
    time.restore();
    sinon.restore();
  };
  return { provider, told, settle: () => time.settle(), end };
}

export function playReal(): Played {
  const time = new VirtualTime();
  sinon.stub(Math, 'random').returns(0);
  const server = new ScriptedServer();
  const client = { clientId: 'fake-client', clientSecret: 'b' };
  const provider = new TokenProvider({
    tokenEndpoint: 'https://fake.invalid/token',
    ...client,
    http: server.http,
    retry: { retries: 0 },
    resolveClient: () => ({ clientSecret: 'c' }),
  });
  let count = 0;
  const well = () => {
    server.respond = (request) => {
      count += 1;
      request.grant(`t${count}`);
    };
  };
  well();
  const ill = (isPermanent: boolean) => {
    server.respond = (request) =>
      isPermanent ? request.refuse('invalid_client', 401) : request.fail('ECONNREFUSED');
  };
  const hangs = () => {
    server.respond = undefined;
  };
  return { ...play(provider, time), well, ill, hangs, over: () => time.pass(600_000) };
}

export function playFake(): Played {
  const time = new VirtualTime();
  let count = 0;
  const provider = new FakeProvider({ token: () => `t${++count}` });
  const ill = (isPermanent: boolean) => {
    const failure = { httpStatus: 401, error: 'invalid_client', permanent: true };
    provider.fail(
      isPermanent
        ? new TokenEndpointError('invalid_client', failure)
        : new TokenRequestError('Nobody answers.', 'ECONNREFUSED'),
    );
  };
  const over = async () => {
    provider.expire();
  };
  return {
    ...play(provider, time),
    well: () => void provider.set(),
    ill,
    hangs: () => void provider.hang(),
    over,
  };
}
