import type { AxiosInstance } from 'axios';
import { TokenAttemptError } from '../../lib/ground/errors.js';
import { textCleaner } from '../../lib/http/redaction/server-text.js';
import { requestFailure } from '../../lib/http/request-failure.js';
import { type HttpAnswer, type HttpRequest, Transport } from '../../lib/http/transport.js';
import { rejection } from './rejection.js';

export const SECRET = 's3cret-s3cret';

export const tokenRequest = (url: string): HttpRequest => ({
  url,
  headers: {
    Authorization: `Basic ${btoa(`id:${SECRET}`)}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  },
  body: 'grant_type=client_credentials',
});

/** Sends a token request, and makes of a failure what callers see of it. */
export async function sendRequest(
  url: string,
  http?: AxiosInstance,
  signal = new AbortController().signal,
): Promise<HttpAnswer> {
  try {
    return await new Transport(http).send(tokenRequest(url), signal);
  } catch (error) {
    throw error instanceof TokenAttemptError
      ? error
      : requestFailure(error, { address: url, clean: textCleaner([SECRET]), hasGivenTokens: false });
  }
}

export function failureOf(url: string, http?: AxiosInstance): Promise<TokenAttemptError> {
  return rejection<TokenAttemptError>(sendRequest(url, http));
}
