import type { RequestLike } from './bearer-credentials.js';
import type { VerifiedToken } from './token-claims.js';
import { TokenVerificationError } from './verification-error.js';

/** What a middleware needs of an answer: that of node:http, Express, Connect, and what is built on them. */
export interface ResponseLike {
  statusCode: number;
  readonly headersSent?: boolean;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

/** For Express, Connect, node:http, and Fastify by @fastify/middie. */
export type VerifierMiddleware = (
  request: RequestLike & { auth?: VerifiedToken },
  response: ResponseLike,
  next: (error?: unknown) => void,
) => void;

/**
 * Puts what was verified on `request.auth`, or answers in place of the application. Other errors are for `next`. Nothing more is done where
 * a time limit of the application has answered meanwhile.
 */
export function makeMiddleware(verify: (request: RequestLike) => Promise<VerifiedToken>): VerifierMiddleware {
  return (request, response, next) => {
    verify(request).then(
      (verified) => {
        if (response.headersSent) return;
        request.auth = verified;
        next();
      },
      (error: unknown) => {
        if (response.headersSent) return;
        if (error instanceof TokenVerificationError) refuse(response, error);
        else next(error);
      },
    );
  };
}

function refuse(response: ResponseLike, { httpStatus, headers, code }: TokenVerificationError): void {
  response.statusCode = httpStatus;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ error: code }));
}
