import fc from 'fast-check';
import { MEANINGS } from './words.js';

/** What the simulated token endpoint does with requests from now on. */
export type Mood =
  | { readonly is: 'granting'; readonly lifetimeSeconds: number; readonly as: LifetimeAs }
  /** The token held, once more; with the rest of its first lifetime, or with whatever else. */
  | {
      readonly is: 'repeating';
      readonly lifetimeSeconds?: number;
      readonly rest?: 'floor' | 'round' | 'ceil' | 'exact';
    }
  | { readonly is: 'malformed'; readonly body: string }
  | {
      readonly is: 'refusing';
      readonly status: number;
      readonly error?: string;
      readonly retryAfter?: string;
    }
  /** In the network, by the code that Node.js gives it. */
  | { readonly is: 'failing'; readonly code: string }
  /** A proxy that opens no tunnel: agents pass on its answer, or throw. */
  | { readonly is: 'untunneled'; readonly status: number; readonly isThrown: boolean }
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
  '{"error":"incorrect_client_credentials","error_description":"The client_id is incorrect."}',
  '{"error":"temporarily_unavailable"}',
  '{"error":{"code":"invalid_client","message":"The client_id is incorrect."}}',
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

const STATUSES = [
  300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 408, 410, 413, 418, 425, 429, 500, 502, 503, 504,
];

/** Faults that pass, an address that may be wrong, and what somebody must mend. */
const FAILING = ['ECONNRESET', 'ENOTFOUND', 'CERT_HAS_EXPIRED'];

const RETRY_AFTER = ['0', '1', '20', '60', '3600', '99999', '-1', 'soon', 'Thu, 01 Jan 2026 00:05:00 GMT'];

export const moods: fc.Arbitrary<Mood> = fc.oneof(
  fc.record({
    is: fc.constant('granting' as const),
    lifetimeSeconds,
    as: fc.constantFrom<LifetimeAs>('number', 'string', 'jwt', 'nothing'),
  }),
  fc.record({ is: fc.constant('repeating' as const), lifetimeSeconds }, { requiredKeys: ['is'] }),
  fc.record({
    is: fc.constant('repeating' as const),
    rest: fc.constantFrom<'floor' | 'round' | 'ceil' | 'exact'>('floor', 'round', 'ceil', 'exact'),
  }),
  fc.constantFrom<Mood>({ is: 'hanging' }, ...FAILING.map((code) => ({ is: 'failing' as const, code }))),
  fc.record({ is: fc.constant('malformed' as const), body: fc.constantFrom(...MALFORMED) }),
  fc.record({
    is: fc.constant('untunneled' as const),
    status: fc.constantFrom(400, 401, 403, 404, 405, 407, 429, 500, 502, 503, 504),
    isThrown: fc.boolean(),
  }),
  fc.record(
    {
      is: fc.constant('refusing' as const),
      status: fc.constantFrom(...STATUSES),
      error: fc.constantFrom(...Object.keys(MEANINGS)),
      retryAfter: fc.constantFrom(...RETRY_AFTER),
    },
    { requiredKeys: ['is', 'status'] },
  ),
);

/** What gateways answer while there is nothing behind them. */
export const blips: fc.Arbitrary<Mood> = fc.constantFrom<Mood>(
  { is: 'refusing', status: 404 },
  { is: 'refusing', status: 405 },
  { is: 'refusing', status: 503 },
  { is: 'malformed', body: '<!doctype html><title>Not here</title>' },
  { is: 'failing', code: 'ENOTFOUND' },
);
