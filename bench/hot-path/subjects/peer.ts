import type { Subject } from '../../day/subject.js';
import { surroundingsOf } from '../surroundings.js';
import type { Room, Way } from '../way.js';

/** As in a day of traffic. */
export async function open({ endpoint }: Room, file: string): Promise<Way> {
  const { subject } = (await import(`../../day/subjects/${file}.js`)) as { subject: Subject };
  const client = subject.open(surroundingsOf(endpoint));
  return { ask: () => client.getToken() };
}
