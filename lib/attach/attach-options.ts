import { ConfigurationError } from '../ground/errors.js';
import { kindOf } from '../ground/value-kind.js';
import type { RequestProver } from '../oauth/dpop/request-prover.js';
import { readFields } from '../options/option-fields.js';
import { readBoolean } from '../options/option-values.js';
import { readTarget } from '../options/target-query.js';
import type { GetTokenOptions, TargetOptions, WaitOptions } from '../options/token-provider-options.js';
import { type Origins, readOrigins } from './origins.js';
import { type ApiAnswer, RejectionRule } from './rejection-rule.js';

/** Where tokens come from: a `TokenProvider`. */
export interface TokenSource {
  /** How long a caller waits for a token, a target function included. ms. Default: as long as the request itself may take. */
  readonly maxWaitMs?: number | undefined;
  getToken(options?: GetTokenOptions): Promise<string>;
  forClient(target: TargetOptions): TokenHandle;
  invalidate(token: string): void;
  /** Makes the proofs that go along, where tokens are bound to a key (DPoP, RFC 9449). Default none. */
  readonly prover?: RequestProver | undefined;
}

/** The tokens of one target. */
export interface TokenHandle {
  getToken(options?: WaitOptions): Promise<string>;
  peek(): object | undefined;
}

/** Whose token a request carries. */
export type TargetOf<Request> = (
  request: Request,
) => TargetOptions | undefined | Promise<TargetOptions | undefined>;

/** How requests carry the token. */
export interface AttachOptions<Request> {
  /** Whose token is sent, or a function that decides it for each request. Default: that of the client in the provider's options. */
  readonly target?: TargetOptions | TargetOf<Request> | undefined;
  /**
   * Where tokens may go: `https://host` or `https://host:port`; `http` for loopback alone, unless `allowHttp` is set. Requests
   * to anywhere else go out untouched. Default: the origin of the axios instance's `baseURL`; everywhere else it must be given.
   */
  readonly origins?: string | URL | readonly (string | URL)[] | undefined;
  /** The header's name, and what stands before the token. Default `Authorization: Bearer`; with `dpop` nothing else than `Authorization: DPoP`. */
  readonly header?: string | undefined;
  /**
   * Whether a request whose token was rejected is sent once more with a newer token, if its body can be sent again. The provider
   * is told of the rejection in any case. Default true.
   */
  readonly retryRejected?: boolean | undefined;
  /**
   * Whether an API's answer rejects the token that the request carried: for APIs that answer 419 or 498, or 401 where the token
   * is good. It is asked for every answer to such a request, and must give a boolean at once. When it throws, the default
   * decides, and a process warning tells so once. Default: any 401, unless its challenge says `insufficient_scope` or the like;
   * and any other 4xx whose challenge says `invalid_token`.
   */
  readonly isRejected?: ((answer: ApiAnswer) => boolean) | undefined;
  /**
   * Whether `origins` may be plain `http` anywhere, and not for loopback alone: for networks in which something else encrypts,
   * such as a service mesh. Default false.
   */
  readonly allowHttp?: boolean | undefined;
}

/** The attach options, checked and with all defaults. */
export interface AttachSettings<Request> {
  readonly target: TargetOptions | TargetOf<Request>;
  readonly origins: Origins;
  readonly headerName: string;
  /** Whether `Authorization` alone is added: the only one that every fetch removes on a redirect to another origin. */
  readonly isAuthorizationAlone: boolean;
  /** All that are added: that one, and `DPoP` where tokens are bound to a key. */
  readonly addedHeaders: readonly string[];
  /** With a space at its end, unless it is empty. */
  readonly prefix: string;
  readonly retryRejected: boolean;
  readonly rejectionRule: RejectionRule;
}

const ATTACH_OPTIONS: readonly (keyof AttachOptions<never>)[] = [
  'target',
  'origins',
  'header',
  'retryRejected',
  'isRejected',
  'allowHttp',
];

/** RFC 9110 §5.6.2, and a scheme by §11.1. */
const HEADER = /^([!#$%&'*+.^`|~\w-]+)(?:: *([!#$%&'*+.^`|~\w-]+)?)?$/;

export function readAttachOptions<Request>(
  options: AttachOptions<Request>,
  baseURL?: unknown,
  isBound = false,
): AttachSettings<Request> {
  const fields = readFields<AttachOptions<Request>>('attach options', options, ATTACH_OPTIONS);
  const { target = {}, origins, retryRejected, isRejected } = fields;
  const { header = isBound ? BOUND_HEADER : 'Authorization: Bearer' } = fields;
  if (typeof target !== 'function') readTarget(target);
  return {
    target,
    origins: readOrigins(origins, baseURL, readBoolean('allowHttp', fields.allowHttp, false)),
    ...(isBound ? readBoundHeader(header) : readHeader(header)),
    retryRejected: readBoolean('retryRejected', retryRejected, true),
    rejectionRule: new RejectionRule(isRejected),
  };
}

export function checkSource(provider: unknown): void {
  const { getToken, forClient, invalidate } = (provider ?? {}) as Partial<TokenSource>;
  if (![getToken, forClient, invalidate].every((method) => typeof method === 'function')) {
    throw new ConfigurationError('provider', `must be a TokenProvider; got ${kindOf(provider)}.`);
  }
}

type HeaderSettings = Pick<
  AttachSettings<never>,
  'headerName' | 'addedHeaders' | 'isAuthorizationAlone' | 'prefix'
>;

/** RFC 9449 §7.1 */
const BOUND_HEADER = 'Authorization: DPoP';

function readBoundHeader(header: unknown): HeaderSettings {
  const { headerName, prefix } = readHeader(header);
  if (`${headerName}: ${prefix}`.trim().toLowerCase() === BOUND_HEADER.toLowerCase())
    return { headerName, addedHeaders: [headerName, 'DPoP'], isAuthorizationAlone: false, prefix };
  throw new ConfigurationError(
    'header',
    `contradicts dpop of the provider: such tokens go out as '${BOUND_HEADER}' alone. Leave it out.`,
  );
}

function readHeader(header: unknown): HeaderSettings {
  const [, headerName, scheme] = (typeof header === 'string' && HEADER.exec(header)) || [];
  if (headerName === undefined) {
    const example = "must be like 'Authorization: Bearer', or a name alone";
    throw new ConfigurationError('header', `${example}; got ${kindOf(header)}.`);
  }
  const isAuthorizationAlone = headerName.toLowerCase() === 'authorization';
  const prefix = scheme ? `${scheme} ` : '';
  return { headerName, addedHeaders: [headerName], isAuthorizationAlone, prefix };
}
