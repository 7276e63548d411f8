import { certificateRemedy } from '../http/mutual-tls/certificate-remedy.js';
import type { ClientCertificate } from '../options/client-authenticator.js';
import { assertionRemedy, type RefusedAssertion } from './assertions/assertion-remedy.js';
import { codeOf, isClientRefused, isPassing, mayNeedNewProof, type Refusal } from './failure-kinds.js';
import { isFirstGeneration } from './server/onelogin.js';

const WRONG_CLIENT =
  'The usual causes: a wrong or rotated clientSecret, or a wrong clientId; an app set to POST where authentication is basic, or ' +
  'the reverse (give the other one); the subdomain or address of another account.';

/** What else it may be where the client is refused by one of these words. */
const BESIDES: ReadonlyMap<string, string> = new Map([
  ['unauthorized_client', ' Or the client may not use the client credentials grant.'],
  ['access_denied', ' Or the client may not have what it asks for.'],
]);

/** RFC 9449 §8. It was sent once more already, with the nonce that the server told, if it did. */
const OF_A_NONCE =
  'It wants another nonce in each proof, or tells none in DPoP-Nonce. Whoever runs the server must mend that; it is asked again soon.';

/** What to do about the other codes of RFC 6749 §5.2 and RFC 8707 §2. */
const BY_CODE: ReadonlyMap<string, string> = new Map([
  [
    'unsupported_grant_type',
    'This token endpoint does not offer the client credentials grant. Is it the right address?',
  ],
  ['invalid_scope', 'Ask for a scope that is granted to this client.'],
  ['invalid_target', 'Ask for a resource that is set up for this client.'],
  [
    'invalid_dpop_proof',
    'Is the clock of this machine right? Or a proxy in front of the server changes the address, which the proof names. Without the ' +
      'option dpop: the server wants it.',
  ],
  ['invalid_request', 'The server does not understand the request. Check authentication and parameters.'],
]);

const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [404, 'There is no token endpoint at this address. Check its path, or the subdomain.'],
  [405, 'This address takes no token requests (POST). Check its path.'],
  [
    407,
    'A proxy on the way wants a login. Give it in the address of the proxy, or as proxy.auth of the http option.',
  ],
  [410, 'This address has been given up. Look for the present one in the documentation of the server.'],
  [
    413,
    'The request is too large for the server, or for a gateway in front of it. Ask for less at once (scope, resource, parameters), ' +
      'or have the limit raised.',
  ],
  [415, 'This address does not take forms, as every token endpoint does (RFC 6749 §4.4.2). Check its path.'],
]);

const NOT_OF_OAUTH =
  'No token endpoint answers that. Check the path of the address, and what stands in front of the server.';

const UNCLEAR =
  'The server does not say clearly what is wrong: check clientSecret and authentication first, then scope, resource and parameters.';

/** From a server that has given tokens before, an answer like that of a wrong address is one of a gateway. */
export const OF_A_GATEWAY =
  'It has given tokens before, so this is most likely a gateway in front of it; it is asked again soon.';

/** An HTML page is for people: OAuth servers refuse in JSON. */
export const OF_A_FIREWALL =
  'Or a gateway or firewall in front of the server refuses this machine: look at the page by hand.';

/** What is known of a request that was refused. */
export interface RefusedRequest extends RefusedAssertion {
  /** The full address that it went to. */
  readonly tokenEndpoint: string;
  /** Whether the client proved itself by an assertion (RFC 7521 §4.2). */
  readonly hasAssertion: boolean;
  /** Whether its credentials have characters that form-encoding changes. */
  readonly isEncodingVisible: boolean;
  /** What the client presented in TLS. */
  readonly certificate?: ClientCertificate | undefined;
}

/** Tells, in a sentence or two, what to do about an answer that is no token. Takes the server's own words, and repeats none. */
export function findRemedy(refusal: Refusal, request: RefusedRequest): string {
  const { httpStatus } = refusal;
  if (isPassing(refusal)) return codeOf(refusal) === 'use_dpop_nonce' ? OF_A_NONCE : '';
  if (httpStatus === 410 && isFirstGeneration(request.tokenEndpoint))
    return "OneLogin has switched off its regional addresses: use the option subdomain: 'acme' instead of region.";
  const isUnclear = mayNeedNewProof(refusal);
  const remedy =
    BY_CODE.get(codeOf(refusal)) ??
    (isClientRefused(refusal) ? clientRemedy(refusal, request) : BY_STATUS.get(httpStatus)) ??
    (isUnclear ? unclearRemedy(request) : NOT_OF_OAUTH);
  return [remedy, isUnclear ? encodingHint(request) : undefined].filter(Boolean).join(' ');
}

function clientRemedy(refusal: Refusal, request: RefusedRequest): string {
  return (proofRemedy(request) ?? WRONG_CLIENT) + (BESIDES.get(codeOf(refusal)) ?? '');
}

/** Some servers answer so to a wrong proof of the client, too. */
function unclearRemedy(request: RefusedRequest): string {
  const remedy = proofRemedy(request);
  return remedy === undefined ? UNCLEAR : `The server does not say clearly what is wrong. ${remedy}`;
}

/** Of a client that proves itself by something else than a secret. */
function proofRemedy(request: RefusedRequest): string | undefined {
  if (request.hasAssertion) return assertionRemedy(request);
  return request.certificate && certificateRemedy('', request.certificate);
}

/** RFC 6749 §2.3.1 wants form-encoding in Basic authentication; a good part of all servers does not decode it. */
function encodingHint({ authentication, isEncodingVisible }: RefusedRequest): string | undefined {
  if (!isEncodingVisible) return undefined;
  const other = new Map([
    ['basic', 'basic-raw'],
    ['basic-raw', 'basic'],
  ]).get(authentication);
  if (other === undefined) return undefined;
  return `The credentials have characters that form-encoding changes (RFC 6749 §2.3.1): try authentication: '${other}'.`;
}
