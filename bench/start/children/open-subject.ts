import type { Client, Subject } from '../../day/subject.js';

const ELSEWHERE = 'https://auth.example.com/oauth/token';

/** How a subject is wired, as JSON among the arguments. */
export interface Wiring {
  /** The subject's file. */
  readonly file: string;
  /** Plain http, on this machine. */
  readonly tokenEndpoint: string;
  /** Whether it sends its requests with a `fetch` of ours, since it would have sent them with Node's, or wants https. */
  readonly isGivenFetch: boolean;
}

/** Imports a subject, and with it its package. */
export async function openSubject({ file, tokenEndpoint, isGivenFetch }: Wiring): Promise<Client> {
  const { subject } = (await import(`../../${file}.js`)) as { subject: Subject };
  return subject.open({
    tokenEndpoint: isGivenFetch ? ELSEWHERE : tokenEndpoint,
    clientId: 'start',
    secret: () => 'secret',
    fetch: (_address, init) => fetch(tokenEndpoint, init),
  });
}
