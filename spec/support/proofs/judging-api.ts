import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AxiosInstance } from 'axios';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, type JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { ApiServer, type Seen } from '../api-server.js';
import { type ScriptedRequest, ScriptedServer } from '../scripted-server.js';
import { SigningKey } from '../signing-key.js';

const ISSUER = 'https://login.example';
const AUDIENCE = 'https://api.example';

/** How a request was judged. */
export interface Verdict {
  readonly request: string;
  readonly jti: unknown;
  /** Why it was refused; `undefined` if it was not. */
  readonly problem: string | undefined;
}

/** An API whose tokens and proofs are judged by oauth4webapi, and a token endpoint that binds JWTs to the key of the proof. */
export class JudgingApi {
  readonly verdicts: Verdict[] = [];
  /** Answers in place of the API, where it gives `true`; the proof is judged before. */
  before: (seen: Seen, response: ServerResponse) => boolean = () => false;
  /** One for each: oauth4webapi remembers keys by it. */
  readonly #server = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` };
  readonly #tokens = new ScriptedServer();
  readonly #key = new SigningKey('k1');
  readonly #seen = new Set<unknown>();

  private constructor(private readonly api: ApiServer) {
    this.#tokens.respond = (request) => void this.#grant(request);
    api.answer = (seen, response) => void this.#answer(seen, response);
  }

  static async start(): Promise<JudgingApi> {
    return new JudgingApi(await ApiServer.start());
  }

  get origin(): string {
    return this.api.origin;
  }

  /** Leads to the token endpoint. */
  get http(): AxiosInstance {
    return this.#tokens.http;
  }

  stop(): Promise<void> {
    return this.api.stop();
  }

  async #grant(request: ScriptedRequest): Promise<void> {
    const { jwk } = decodeProtectedHeader(String(request.config.headers.get('DPoP')));
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'acme',
      client_id: 'acme',
      iat: seconds,
      exp: seconds + 600,
      jti: randomUUID(),
      cnf: { jkt: await calculateJwkThumbprint(jwk as JWK) },
    };
    request.grant(this.#key.sign(claims, { typ: 'at+jwt' }), { token_type: 'DPoP', expires_in: 600 });
  }

  async #answer(seen: Seen, response: ServerResponse): Promise<void> {
    const problem = await this.#judge(seen).catch((error: Error) => error.message);
    const jti = seen.headers.dpop && decodeJwt(String(seen.headers.dpop)).jti;
    this.verdicts.push({ request: `${seen.method} ${seen.url}`, jti, problem });
    if (!this.before(seen, response)) response.writeHead(problem ? 403 : 200).end(problem);
  }

  async #judge({ method, url, headers }: Seen): Promise<string | undefined> {
    const { authorization = '', dpop = '' } = headers as Record<string, string>;
    const request = new Request(this.origin + url, { method, headers: { authorization, dpop } });
    await oauth.validateJwtAccessToken(this.#server, request, AUDIENCE, {
      requireDPoP: true,
      [oauth.customFetch]: async () => Response.json({ keys: [this.#key.jwk] }),
    });
    const { jti } = decodeJwt(dpop);
    if (this.#seen.has(jti)) return 'was seen before';
    this.#seen.add(jti);
    return undefined;
  }
}
