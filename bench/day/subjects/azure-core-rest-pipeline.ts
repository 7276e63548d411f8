import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
} from '@azure/core-rest-pipeline';
import type { Subject, Surroundings } from '../subject.js';

interface TokenResponse {
  readonly access_token: string;
  readonly expires_in: number;
}

/**
 * `bearerTokenAuthenticationPolicy` over a `TokenCredential` that posts through the default pipeline, with its retries,
 * as the credentials of Azure's own SDK do. The credential reads the secret.
 */
export const subject: Subject = {
  name: '@azure/core-rest-pipeline',
  open(surroundings) {
    const credential = makeCredential(surroundings);
    const policy = bearerTokenAuthenticationPolicy({ credential, scopes: 'api' });
    return {
      async getToken() {
        const request = createPipelineRequest({ url: 'https://api.example.com/' });
        await policy.sendRequest(request, async (sent) => ({
          request: sent,
          status: 200,
          headers: createHttpHeaders(),
        }));
        return (request.headers.get('Authorization') ?? '').replace('Bearer ', '');
      },
    };
  },
};

function makeCredential({ tokenEndpoint, clientId, secret, fetch }: Surroundings): TokenCredential {
  const pipeline = createPipelineFromOptions({});
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers.toJSON(),
        body: request.body as string,
      });
      const headers = createHttpHeaders(Object.fromEntries(response.headers));
      return { request, status: response.status, headers, bodyAsText: await response.text() };
    },
  };
  return {
    async getToken() {
      const request = createPipelineRequest({
        url: tokenEndpoint,
        method: 'POST',
        headers: createHttpHeaders({
          Authorization: `Basic ${btoa(`${clientId}:${secret()}`)}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        }),
        body: 'grant_type=client_credentials',
      });
      const { status, bodyAsText } = await pipeline.sendRequest(httpClient, request);
      if (status !== 200) throw new Error(`The token endpoint answered ${status}.`);
      const answer = JSON.parse(bodyAsText ?? '') as TokenResponse;
      return { token: answer.access_token, expiresOnTimestamp: Date.now() + answer.expires_in * 1_000 };
    },
  };
}
