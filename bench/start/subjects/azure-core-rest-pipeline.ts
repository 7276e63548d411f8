import type { TokenCredential } from '@azure/core-auth';
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import type { Subject, Surroundings } from '../../day/subject.js';

interface TokenResponse {
  readonly access_token: string;
  readonly expires_in: number;
}

/** The policy over a credential that posts through the default pipeline, with the client that comes with it. */
export const subject: Subject = {
  name: '@azure/core-rest-pipeline',
  open(surroundings) {
    const policy = bearerTokenAuthenticationPolicy({
      credential: makeCredential(surroundings),
      scopes: 'api',
    });
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

function makeCredential({ tokenEndpoint, clientId, secret }: Surroundings): TokenCredential {
  const pipeline = createPipelineFromOptions({});
  const httpClient = createDefaultHttpClient();
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
        allowInsecureConnection: true,
      });
      const { status, bodyAsText } = await pipeline.sendRequest(httpClient, request);
      if (status !== 200) throw new Error(`The token endpoint answered ${status}.`);
      const answer = JSON.parse(bodyAsText ?? '') as TokenResponse;
      return { token: answer.access_token, expiresOnTimestamp: Date.now() + answer.expires_in * 1_000 };
    },
  };
}
