import type { IncomingHttpHeaders } from 'node:http';

/** What every request must have: no page of the web can send it without asking first (CORS), and no such question is answered. */
export const REQUIRED_HEADER = 'M2M-Token';

/** Browsers send one of these with whatever a page has them send; curl sends none. */
const OF_BROWSERS = /^(origin|referer|cookie|sec-|access-control-)/;

/** What is known of a request before it is answered. */
export interface LocalRequest {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Whether a request cannot come from a browser, not even by way of something that forwards to the socket. */
export function isFromProgram({ method, headers }: LocalRequest): boolean {
  return (
    method === 'GET' &&
    headers[REQUIRED_HEADER.toLowerCase()] === '1' &&
    // Names of others that lead here (DNS rebinding).
    headers.host === 'localhost' &&
    !Object.keys(headers).some((name) => OF_BROWSERS.test(name))
  );
}
