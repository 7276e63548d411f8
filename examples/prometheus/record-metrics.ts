/**
 * The metrics of providers by prom-client: those that `instrument()` gives to Prometheus by OpenTelemetry's Collector, under the same
 * names. But nothing bounds the number of series, and a gauge that has nothing to tell is not there, in place of -1.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type {
  DegradeEvent,
  EntryHealth,
  EventName,
  ProviderHealth,
  TokenProvider,
  TokenProviderEvents,
  TokenRequestMessage,
  WaitMessage,
} from 'm2m-token-provider';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const STATES = ['absent', 'fresh', 'due', 'expired', 'rejected'];
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const serverOf = ({ tokenEndpoint }: { tokenEndpoint: string }) =>
  new URL(tokenEndpoint).hostname.replace(/^\[|\]$/g, '');
/** The codes of OAuth, of which only some pass. Anything else that a server says is text of its own, which may differ from request to request. */
const PASSING = ['temporarily_unavailable', 'server_error', 'slow_down', 'use_dpop_nonce'];
const REFUSALS = [
  'invalid_client',
  'unauthorized_client',
  'access_denied',
  'invalid_grant',
  'invalid_request',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
];

interface Failure {
  readonly code: string;
  readonly permanent?: boolean;
  readonly error?: string;
  readonly httpStatus?: number;
  readonly reason?: string;
}

/** One word of few. A limit that is told as `access_denied` with 429 passes: its status says more. */
function typeOf({ code, permanent, error = '', httpStatus, reason }: Failure): string {
  const spelt = error
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[^a-z]+/gi, '_')
    .toLowerCase();
  const known = (permanent ? REFUSALS : PASSING).find((one) => one === spelt);
  return known ?? String(httpStatus ?? reason ?? code);
}

type Stop = () => void;
type Start = () => Stop;

/** Call it once for all providers: a registry has each metric once. Gives what ends all of it. */
export function recordMetrics(providers: readonly TokenProvider[], registry: Registry): Stop {
  const own = new Registry();
  const starts = [...recordDurations(providers, own), ...recordEvents(providers, own)];
  recordTokens(providers, own);
  const names = own.getMetricsAsArray().map(({ name }) => name);
  for (const name of names) registry.registerMetric(own.getSingleMetric(name) as Gauge);
  // Last: where a name is taken already, that has thrown, and nothing listens.
  const stops = starts.map((start) => start());
  return () => {
    for (const stop of stops) stop();
    for (const name of names) registry.removeSingleMetric(name);
  };
}

function recordDurations(providers: readonly TokenProvider[], registry: Registry): Start[] {
  const labelNames = ['server_address', 'error_type'];
  const common = { labelNames, registers: [registry] };
  const requests = new Histogram({
    ...common,
    name: 'm2m_token_request_duration_seconds',
    help: 'Duration of token requests.',
    buckets: BUCKETS,
  });
  const waits = new Histogram({
    ...common,
    name: 'm2m_token_wait_duration_seconds',
    help: 'Duration of the waits of callers for whom there was no usable token.',
    buckets: [...BUCKETS, 15, 30, 60],
  });
  const startedAt = new WeakMap<object, number>();
  return [
    listen<TokenRequestMessage>('tracing:m2m-token-provider:token-request:start', (message) => {
      startedAt.set(message, performance.now());
    }),
    listen<TokenRequestMessage>('tracing:m2m-token-provider:token-request:asyncEnd', (message) => {
      const { target, error } = message;
      const start = startedAt.get(message);
      if (start === undefined) return; // It was sent before anybody listened.
      const labels = { server_address: serverOf(target), error_type: error ? typeOf(error) : '' };
      requests.observe(labels, (performance.now() - start) / 1_000);
    }),
    listen<WaitMessage>('m2m-token-provider:wait', ({ target, durationMs, outcome, error }) => {
      const unfailed = outcome === 'served' ? '' : outcome;
      const labels = { server_address: serverOf(target), error_type: error ? typeOf(error) : unfailed };
      waits.observe(labels, durationMs / 1_000);
    }),
  ];

  /** Channels are those of all providers of the process. */
  function listen<Message extends { provider: object }>(
    name: string,
    hear: (message: Message) => void,
  ): Start {
    const subscriber = (message: unknown) => {
      if (providers.some((one) => one === (message as Message).provider)) hear(message as Message);
    };
    return () => {
      subscribe(name, subscriber);
      return () => unsubscribe(name, subscriber);
    };
  }
}

function recordEvents(providers: readonly TokenProvider[], registry: Registry): Start[] {
  const counter = (name: string, help: string, ...labels: string[]) =>
    new Counter({ name, help, labelNames: ['server_address', ...labels], registers: [registry] });
  const refreshes = counter('m2m_token_refreshes_total', 'New tokens that are held.', 'reason', 'source');
  const failures = counter('m2m_token_failures_total', 'Renewals that gave up.', 'reason', 'error_type');
  const rejections = counter('m2m_token_rejections_total', 'Tokens that an API rejected.');
  const troubles = new Set<string>();
  new Gauge({
    name: 'm2m_token_store_degraded',
    help: '1 while the shared store is out of order, else 0.',
    registers: [registry],
    collect() {
      this.set(Math.min(troubles.size, 1));
    },
  });
  return providers.flatMap((provider, place) => {
    /** A bad record concerns one target; other trouble concerns all of a provider. */
    const keyOf = ({ target, trouble }: Pick<DegradeEvent, 'target' | 'trouble'>) =>
      JSON.stringify([place, trouble === 'record' ? target : trouble]);
    return [
      hear(provider, 'refresh', ({ target, reason, source }) =>
        refreshes.inc({ server_address: serverOf(target), reason, source }),
      ),
      hear(provider, 'failure', ({ target, reason, error }) =>
        failures.inc({ server_address: serverOf(target), reason, error_type: typeOf(error) }),
      ),
      hear(provider, 'reject', ({ target }) => rejections.inc({ server_address: serverOf(target) })),
      hear(provider, 'degrade', (event) => void troubles.add(keyOf(event))),
      hear(provider, 'recover', (event) => void troubles.delete(keyOf(event))),
      // Whoever drops a target looks at its record no more.
      hear(provider, 'evict', ({ target }) => void troubles.delete(keyOf({ target, trouble: 'record' }))),
    ];
  });
}

function hear<Name extends EventName>(
  provider: TokenProvider,
  name: Name,
  listener: (event: TokenProviderEvents[Name]) => void,
): Start {
  return () => {
    provider.on(name, listener);
    return () => void provider.off(name, listener);
  };
}

/** A closed provider fails, though none of its targets does. */
const isClosed = ({ status, entries }: ProviderHealth) =>
  status === 'fail' && entries.every((entry) => entry.status !== 'fail');

function recordTokens(providers: readonly TokenProvider[], registry: Registry): void {
  /** Read whenever somebody scrapes. */
  const gauge = (name: string, help: string, label: string, read: () => Iterable<[string, number]>) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, number] of read()) this.set({ [label]: value }, number);
      },
    });
  const entries = () =>
    providers
      .map((provider) => provider.health())
      .filter((health) => !isClosed(health))
      .flatMap((health) => health.entries);
  const isUsable = ({ state }: EntryHealth) => state === 'fresh' || state === 'due';
  gauge(
    'm2m_token_expires_in_seconds',
    'Time until the token ends that ends first; 0 where a target fails and has none.',
    'server_address',
    () => {
      const told = entries().filter((entry) => isUsable(entry) || entry.status === 'fail');
      return worst(
        Math.min,
        told.map((entry): Reading => {
          const { target, expiresAt = 0 } = entry;
          return [serverOf(target), isUsable(entry) ? expiresAt - Date.now() : 0];
        }),
      );
    },
  );
  gauge('m2m_token_age_seconds', 'Age of the oldest token that is handed out.', 'server_address', () =>
    worst(
      Math.max,
      entries()
        .filter(isUsable)
        .map(({ target, issuedAt = 0 }): Reading => [serverOf(target), Date.now() - issuedAt]),
    ),
  );
  gauge('m2m_token_entries', 'Targets, by the state of their token.', 'state', () => {
    const states = entries().map(({ state }) => state);
    return STATES.map((state): Reading => [state, states.filter((one) => one === state).length]);
  });
}

type Reading = [name: string, value: number];

/** The worst of all that have the same name: ms, told in seconds. */
function worst(pick: (a: number, b: number) => number, readings: readonly Reading[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const [name, ms] of readings) {
    const seconds = Math.max(0, ms) / 1_000;
    found.set(name, pick(found.get(name) ?? seconds, seconds));
  }
  return found;
}
