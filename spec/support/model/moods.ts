import fc from 'fast-check';

/** What the simulated token endpoint does with requests from now on. */
export type Mood =
  | { readonly is: 'granting'; readonly lifetimeSeconds: number; readonly as: LifetimeAs }
  | { readonly is: 'malformed'; readonly body: string }
  | {
      readonly is: 'refusing';
      readonly status: number;
      readonly error?: string;
      readonly retryAfter?: string;
    }
  | { readonly is: 'resetting' }
  | { readonly is: 'hanging' };

/** How an answer names the lifetime of its token: `nothing` leaves it to the client. */
type LifetimeAs = 'number' | 'string' | 'jwt' | 'nothing';

const lifetimeSeconds = fc.constantFrom(1, 2, 10, 60, 300, 600, 3_600, 36_000, 2_592_000, 1e12);

const bearer = (fields: object) =>
  JSON.stringify({ access_token: 'token-666', token_type: 'Bearer', ...fields });

/** Answers of status 200 without a token that could be used. */
const MALFORMED = [
  '',
  ' ',
  'null',
  '[]',
  '"token"',
  '{}',
  '{"access_token":"trunca',
  '<!doctype html><title>Log in</title>',
  '{"error":"invalid_client"}',
  bearer({ access_token: undefined }),
  bearer({ access_token: null }),
  bearer({ access_token: '' }),
  bearer({ access_token: 7 }),
  bearer({ access_token: ['token-666'] }),
  bearer({ access_token: 'token 666' }),
  bearer({ access_token: 'token-666\r\nX: y' }),
  bearer({ access_token: 'tökén-666' }),
  bearer({ token_type: 'mac' }),
  bearer({ token_type: 7 }),
  bearer({ expires_in: 0 }),
  bearer({ expires_in: -1 }),
  bearer({ expires_in: '-1' }),
  bearer({ expires_in: 'NaN' }),
  bearer({ expires_in: 'soon' }),
  bearer({ expires_in: '' }),
  bearer({ expires_in: true }),
  bearer({ expires_in: {} }),
  '{"access_token":"token-666","token_type":"Bearer","expires_in":NaN}',
  '{"access_token":"token-666","token_type":"Bearer","expires_in":1e999}',
];

/** RFC 6749 §5.2 and §4.1.2.1, RFC 8707 §2, and one that nobody has heard of. */
const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'slow_down',
  'made_up',
];

const STATUSES = [
  300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 408, 410, 413, 418, 425, 429, 500, 502, 503, 504,
];

const RETRY_AFTER = ['0', '1', '20', '60', '3600', '99999', '-1', 'soon', 'Thu, 01 Jan 2026 00:05:00 GMT'];

export const moods: fc.Arbitrary<Mood> = fc.oneof(
  fc.record({
    is: fc.constant('granting' as const),
    lifetimeSeconds,
    as: fc.constantFrom<LifetimeAs>('number', 'string', 'jwt', 'nothing'),
  }),
  fc.constantFrom<Mood>({ is: 'resetting' }, { is: 'hanging' }),
  fc.record({ is: fc.constant('malformed' as const), body: fc.constantFrom(...MALFORMED) }),
  fc.record(
    {
      is: fc.constant('refusing' as const),
      status: fc.constantFrom(...STATUSES),
      error: fc.constantFrom(...OAUTH_ERRORS),
      retryAfter: fc.constantFrom(...RETRY_AFTER),
    },
    { requiredKeys: ['is', 'status'] },
  ),
);
