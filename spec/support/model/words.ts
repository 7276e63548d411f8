/** What a server means by its word: a wrong client, a wrong request, that it is busy, or who knows. */
export type Meaning = 'client' | 'request' | 'passing' | 'unclear';

/** RFC 6749 §5.2 and §4.1.2.1, RFC 8628 §3.5, RFC 8707 §2, RFC 9449 §8, and then words and spellings of servers' own. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  invalid_client: 'client',
  unauthorized_client: 'client',
  access_denied: 'client',
  invalid_grant: 'client',
  invalid_request: 'request',
  unsupported_grant_type: 'request',
  invalid_scope: 'request',
  invalid_target: 'request',
  temporarily_unavailable: 'passing',
  server_error: 'passing',
  slow_down: 'passing',
  use_dpop_nonce: 'passing',
  incorrect_client_credentials: 'client',
  Unauthorized: 'client',
  bad_secret: 'client',
  InvalidClient: 'client',
  'ACCESS DENIED': 'client',
  too_many_requests: 'passing',
  RateLimitExceeded: 'passing',
  try_again_later: 'passing',
  made_up: 'unclear',
};

/** Nothing but somebody's work mends these, also where they come with a status of trouble that passes. */
const LASTING = [
  'invalid_client',
  'InvalidClient',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
];

interface Refusal {
  readonly httpStatus: number;
  readonly error: string | undefined;
}

/** In words of its own: whether the same request may do later. */
export function passes({ httpStatus, error = '' }: Refusal): boolean {
  if (MEANINGS[error] === 'passing') return true;
  const isOfStatus = httpStatus >= 500 || [408, 425, 429].includes(httpStatus);
  return isOfStatus && !LASTING.includes(error);
}

/** In words of its own: whether nothing of OAuth has answered. */
export function isNotThere({ httpStatus, error = '' }: Refusal): boolean {
  return [404, 405].includes(httpStatus) && ['unclear', undefined].includes(MEANINGS[error]);
}

/** In words of its own: whether the server does not take the client. */
export function refusesClient(refusal: Refusal): boolean {
  const { httpStatus, error = '' } = refusal;
  const meaning = MEANINGS[error] ?? 'unclear';
  // A redirect has OAuth's own words, or none that count.
  if (passes(refusal) || (isRedirect(refusal) && isOwnWord(error))) return false;
  return meaning === 'client' || (meaning === 'unclear' && [401, 403].includes(httpStatus));
}

function isRedirect({ httpStatus }: Refusal): boolean {
  return httpStatus >= 300 && httpStatus < 400;
}

const OWN_WORDS = ['incorrect_client_credentials', 'Unauthorized', 'bad_secret'];

function isOwnWord(word: string): boolean {
  return OWN_WORDS.includes(word);
}
