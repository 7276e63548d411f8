import * as diagnostics from 'node:diagnostics_channel';

/** A channel of `node:diagnostics_channel`, as far as it is published on. */
export type PublishedChannel = Pick<diagnostics.Channel, 'hasSubscribers' | 'publish'>;

/** What the names of all channels begin with. */
export const CHANNEL_PREFIX = 'm2m-token-provider:';

/** In runtimes that imitate Node.js without its channels. */
const DEAF: PublishedChannel = { hasSubscribers: false, publish: () => undefined };

/**
 * The channel of this name: one for all providers of the process, in all copies of this package. A subscriber that throws harms neither
 * the publisher nor other subscribers: Node.js tells of it as an uncaught exception, in a later turn.
 */
export function channelOf(name: string): PublishedChannel {
  return typeof diagnostics.channel === 'function' ? diagnostics.channel(CHANNEL_PREFIX + name) : DEAF;
}

/** The channels of these events, by name. */
export function openEventChannels<Name extends string>(
  names: readonly Name[],
): ReadonlyMap<Name, PublishedChannel> {
  return new Map(names.map((name) => [name, channelOf(name)]));
}
