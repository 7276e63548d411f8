import { COUNT_HEADER, type Send } from '../pair.js';

export function sendBy(fetch: typeof globalThis.fetch, origin: string): Send {
  return async () => {
    const response = await fetch(`${origin}/things/1?full=true`);
    await response.json();
    return Number(response.headers.get(COUNT_HEADER));
  };
}
