import { ConfigurationError } from '../../ground/errors.js';
import { TextFile } from '../../ground/files/text-file.js';
import { kindOf } from '../../ground/value-kind.js';
import type {
  ClientAuthenticator,
  ClientProof,
  TokenRequestDraft,
} from '../../options/client-authenticator.js';
import { readFields } from '../../options/option-fields.js';
import {
  callUserFunction,
  type UserFunction,
  userFunctionFailure,
} from '../client-authentication/user-function.js';
import { assertionProof } from './assertion-proof.js';
import { readText } from './assertion-settings.js';
import { describeNoJwt } from './jwt-shape.js';

/** Makes the assertion for one request, or fetches it. */
export type AssertionFunction = (request: TokenRequestDraft) => string | Promise<string>;

/** An assertion in a file: a path, or a URL of the scheme `file:`. */
export interface AssertionFile {
  readonly file: string | URL;
}

/** Options of {@link clientAssertion}. */
export interface ClientAssertionOptions {
  /**
   * The parameter `client_assertion_type`. SPIFFE has one of its own (draft-ietf-oauth-spiffe-client-auth). Default
   * `'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'`.
   */
  readonly assertionType?: string | undefined;
}

/**
 * Proves clients by JWTs that somebody else signs: a file that is read again for every request (service account tokens of
 * Kubernetes, Azure workload identity, SPIFFE), or a function that is called for every request (GitHub Actions, a key service).
 *
 * @throws {ConfigurationError} when there is no such file, or an option is malformed
 * @example
 * ```ts
 * const authentication = clientAssertion({ file: '/var/run/secrets/tokens/token-server' });
 * const provider = new TokenProvider({ issuer: 'https://login.example.com', clientId, authentication });
 * ```
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-2.2 RFC 7523 §2.2}
 */
export function clientAssertion(
  source: AssertionFile | AssertionFunction,
  options: ClientAssertionOptions = {},
): ClientAuthenticator {
  const { assertionType } = readFields<ClientAssertionOptions>('options', options, ['assertionType']);
  const type = readText('assertionType', assertionType);
  return new GivenAssertion(typeof source === 'function' ? new AskedFor(source) : openFile(source), type);
}

/** Where assertions come from. */
interface AssertionSource {
  readonly id: string;
  /** @throws {TokenRequestError} when there is none */
  read(request: TokenRequestDraft): Promise<string>;
}

class GivenAssertion implements ClientAuthenticator {
  readonly #source: AssertionSource;
  readonly #type: string | undefined;

  constructor(source: AssertionSource, type: string | undefined) {
    this.#source = source;
    this.#type = type;
  }

  get id(): string {
    return this.#source.id;
  }

  async authenticate(request: TokenRequestDraft): Promise<ClientProof> {
    return assertionProof(request.clientId, await this.#source.read(request), this.#type);
  }

  async renew(request: TokenRequestDraft, { parameters }: ClientProof): Promise<boolean> {
    return (await this.#source.read(request)) !== parameters?.client_assertion;
  }

  /** The assertion itself is hidden with the request that it stands in. */
  secrets(): readonly string[] {
    return [];
  }
}

class AskedFor implements AssertionSource {
  readonly id = 'client_assertion';
  readonly #of: UserFunction = { name: 'the function of clientAssertion()', reason: 'ERR_CLIENT_ASSERTION' };
  readonly #ask: AssertionFunction;

  constructor(ask: AssertionFunction) {
    this.#ask = ask;
  }

  async read(request: TokenRequestDraft): Promise<string> {
    const given: unknown = await callUserFunction(this.#of, () => this.#ask(request), request);
    return wholeJwt(typeof given === 'string' ? given.trim() : given, 'gave', this.#of);
  }
}

function openFile(source: unknown): AssertionSource {
  if (typeof source !== 'object' || source === null)
    throw new ConfigurationError('source', `must be { file }, or a function; got ${kindOf(source)}.`);
  const file = TextFile.find('file', readFields<AssertionFile>('source', source, ['file']).file);
  const of = { name: `the assertion file ${file.path}`, reason: 'ERR_CLIENT_ASSERTION' };
  return {
    id: `client_assertion file ${file.digest}`,
    read: async () => {
      const read = await file.read();
      if ('problem' in read) throw userFunctionFailure(of, `${read.problem}.`);
      return wholeJwt(read.text, 'holds', of);
    },
  };
}

function wholeJwt(given: unknown, verb: string, of: UserFunction): string {
  const problem = describeNoJwt(given);
  if (problem !== undefined) throw userFunctionFailure(of, `${verb} ${problem}`);
  return given as string;
}
