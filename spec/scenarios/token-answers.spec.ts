import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { type TokenEndpointError, TokenProvider, type TokenProviderOptions } from '../../lib/index.js';
import { jwt } from '../support/jwt.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';

interface Case {
  readonly name: string;
  readonly given: { readonly status: number; readonly body: Record<string, unknown> };
}

const cases: Case[] = JSON.parse(readFileSync('spec/scenarios/token-answers.json', 'utf8'));
const SECRET = 'the-client-secret';

/** What becomes of each of the answers, by its name. */
const EXPECTED: Readonly<Record<string, (trial: Trial) => unknown>> = {
  "an opaque token with '!' and no lifetime (a CRM's client credentials)": (trial) => trial.takes(300),
  'token_type BearerToken (an API gateway)': (trial) => trial.takes(3_599),
  'no token_type': (trial) => trial.takes(600),
  'another word for bearer': async (trial) => {
    expect((await trial.fails()).message).to.contain('option tokenType');
    await trial.takes(600, { tokenType: 'Service Access Token' });
  },
  'status 201': (trial) => trial.takes(1_799),
  'a blank in the lifetime': (trial) => trial.takes(3_600),
  'JWT with exp, without iat, no expires_in': (trial) => trial.takes(60),
  'the word Bearer inside the token': async (trial) =>
    expect((await trial.fails()).message).to.contain("begins with 'Bearer '"),
  '200 with an OAuth error': (trial) => trial.refuses('incorrect_client_credentials'),
  'rotated secret, said as unauthorized_client': (trial) => trial.refuses('unauthorized_client'),
  'rotated secret, said as access_denied': (trial) => trial.refuses('access_denied'),
  'passing trouble with a 400': async (trial) => {
    expect(await trial.fails()).to.include({ permanent: false, error: 'temporarily_unavailable' });
  },
  'scope as a long text with line breaks and the secret in it': async (trial) => {
    const scope = await trial.takes(600);
    expect(scope).to.have.length.below(250);
    expect(scope).to.not.match(/[\r\n]/);
    for (const hidden of [SECRET, 'abc123']) expect(scope).to.not.contain(hidden);
  },
};

class Trial {
  readonly #answer: Case['given'];

  constructor({ given }: Case) {
    const token = given.body.access_token;
    const filled = JSON.stringify(given.body)
      .replace('<the client secret>', SECRET)
      .replace('<the token>', 'abc123')
      .replace('…100 kB…', 'x'.repeat(100_000));
    const body = JSON.parse(filled);
    if (String(token).startsWith('a JWT'))
      body.access_token = jwt({ exp: Math.floor(Date.now() / 1_000) + 60 });
    if (String(body.scope).includes('abc123')) body.access_token = 'abc123';
    this.#answer = { ...given, body };
  }

  /** The token is handed out, and lives for so long. */
  async takes(seconds: number, options: Partial<TokenProviderOptions> = {}): Promise<string | undefined> {
    const { provider } = this.#open(options);
    expect(await provider.getToken()).to.equal(this.#answer.body.access_token);
    const held = provider.peek();
    expect(((held?.expiresAt ?? 0) - (held?.issuedAt ?? 0)) / 1_000).to.be.within(seconds - 2, seconds);
    await provider.close();
    return held?.scope;
  }

  async fails(): Promise<TokenEndpointError> {
    const { provider } = this.#open({ retry: { retries: 0 } });
    const error = await rejection<TokenEndpointError>(provider.getToken());
    await provider.close();
    expect(inspect(error, { depth: 9 })).to.not.contain(SECRET);
    return (error.cause ?? error) as TokenEndpointError;
  }

  /** A permanent refusal in these words; a secret function is asked again, and its new secret tried at once. */
  async refuses(word: string): Promise<void> {
    const error = await this.fails();
    expect(error).to.include({ error: word, permanent: true, httpStatus: this.#answer.status });
    expect(error.message).to.match(/The usual causes: a wrong or rotated clientSecret/);
    const secrets = ['old', 'new'];
    const { provider, server } = this.#open({ clientSecret: () => secrets.shift() ?? 'new' });
    server.respond = (request, count) =>
      count === 1 ? request.answer(this.#answer.status, this.#answer.body) : request.grant('t2');
    expect(await provider.getToken()).to.equal('t2');
    expect(server.requests).to.have.length(2);
    await provider.close();
  }

  #open(options: Partial<TokenProviderOptions>) {
    const server = new ScriptedServer();
    server.respond = (request) => request.answer(this.#answer.status, this.#answer.body);
    const provider = new TokenProvider({
      tokenEndpoint: 'https://as.example/token',
      clientId: 'acme',
      clientSecret: SECRET,
      http: server.http,
      ...options,
    });
    return { provider, server };
  }
}

describe('answers of token endpoints', () => {
  for (const one of cases) {
    it(one.name, () => {
      const expectation = EXPECTED[one.name];
      if (!expectation) throw new Error('Nothing is expected of this answer.');
      return expectation(new Trial(one));
    });
  }

  it('are all those that were handed over', () => {
    expect(cases.map(({ name }) => name)).to.have.members(Object.keys(EXPECTED));
  });
});
