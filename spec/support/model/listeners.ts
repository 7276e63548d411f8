import type { EventName } from '../../../lib/ground/events.js';
import type { World } from './world.js';

export type Listeners =
  | 'calm'
  | 'throwing'
  | 'rejecting'
  | 'hanging'
  | 'asking'
  | 'renewing'
  | 'invalidating'
  | 'closing';

const REACTIONS: Record<Listeners, ((world: World) => unknown) | undefined> = {
  calm: undefined,
  throwing: () => {
    throw new Error('listener at fault');
  },
  rejecting: () => Promise.reject(new Error('listener at fault')),
  hanging: () => new Promise(() => undefined),
  asking: (world) => world.call({}),
  renewing: (world) => world.refresh(),
  invalidating: (world) => world.invalidate(world.heldValue),
  closing: (world) => world.close(),
};

/** What a reaction leaves out: to renew after each renewal would go on for ever, and closing at once shows little. */
function isTooMuch(how: Listeners, name: EventName, heard: number): boolean {
  return (how === 'renewing' && name === 'refresh') || (how === 'closing' && heard < 7);
}

/** Has a listener of each event behave in a certain way. */
export function listen(world: World, how: Listeners, events: readonly EventName[]): void {
  const react = REACTIONS[how];
  let heard = 0;
  if (!react) return;
  for (const name of events) {
    world.provider.on(name, () => {
      heard += 1;
      return isTooMuch(how, name, heard) ? undefined : react(world);
    });
  }
}
