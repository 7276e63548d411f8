import type { TokenHolder } from '../entry/entry-parts.js';
import { AbortWatch } from '../ground/abort-watch.js';
import { TokenEndpoint } from '../oauth/token-endpoint.js';
import { TokenRevocation } from '../oauth/token-revocation.js';
import type { Settings } from '../options/settings.js';
import { RequestQueue } from '../renewal/request-queue.js';
import { RetryBudget } from '../renewal/retry-budget.js';
import { Background } from '../sharing/background.js';
import { StoreGuard } from '../sharing/store-guard.js';
import { BoundedMap } from './bounded-map.js';
import { ClientResolver } from './client-resolver.js';
import { EntryRegistry, type RegistryParts } from './entry-registry.js';
import type { ProviderClients } from './provider-clients.js';
import { TokenIndex } from './token-index.js';

/** How many evicted entries and servers are remembered at least; `maxTargets` of them if that is more. */
const MIN_REMEMBERED = 1_000;

/** Puts the parts of a provider together. */
export function assembleRegistry(
  settings: Settings,
  clients: ProviderClients,
  { events, provider }: Pick<RegistryParts, 'events' | 'provider'>,
): EntryRegistry {
  const { store, requestTimeoutMs, maxConcurrentRequests } = settings;
  const maxRemembered = Math.max(settings.maxTargets, MIN_REMEMBERED);
  const budgets = new BoundedMap<RetryBudget>(maxRemembered);
  const background = new Background();
  return new EntryRegistry({
    settings,
    events,
    provider,
    maxRemembered,
    resolver: new ClientResolver(clients, requestTimeoutMs),
    endpoint: new TokenEndpoint(settings),
    queue: new RequestQueue(maxConcurrentRequests),
    budgetFor: (address) => budgets.ensure(address, () => new RetryBudget()),
    tokens: new TokenIndex<TokenHolder>(),
    revocation: settings.revokeOnClose ? new TokenRevocation(settings) : undefined,
    discovery: clients.discovery,
    aborts: new AbortWatch(),
    sharing: store && { guard: new StoreGuard(store, events), settings, events, background },
  });
}
