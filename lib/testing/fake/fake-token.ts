import { MONTH_MS, now } from '../../ground/clock.js';
import { ConfigurationError } from '../../ground/errors.js';
import { kindOf } from '../../ground/value-kind.js';
import { readFields } from '../../options/option-fields.js';
import { readNumber } from '../../options/option-values.js';
import type { ClientQuery } from '../../options/token-provider-options.js';
import { HeldToken } from '../../token/held-token.js';
import { scheduleToken } from '../../token/token-schedule.js';
import { type GiveToken, readGivenTokens } from '../given-tokens.js';

/** A token; several, which are given in turn, the last of them for ever; or a function that makes one for each renewal. */
export type FakeTokenSource = string | readonly string[] | ((query: ClientQuery) => string);

/** What a fake provider gets whenever it renews its token. */
export interface FakeToken {
  /** Default `'fake-token'` at first, and another one for each renewal. */
  readonly token?: FakeTokenSource | undefined;
  /** How long a token lives. ms, 1 to 30 days. Default 600 000. */
  readonly expiresInMs?: number | undefined;
  /** The scope that is granted. Default: the server says nothing of it. */
  readonly scope?: string | undefined;
  /** Default `'Bearer'`. */
  readonly tokenType?: string | undefined;
}

export const FAKE_TOKEN_OPTIONS: readonly (keyof FakeToken)[] = [
  'token',
  'expiresInMs',
  'scope',
  'tokenType',
];

/** As with the real provider, but without chance. */
const SCHEDULE = { aheadMs: 1_200_000, fraction: 0.5 };

interface Facts {
  readonly expiresInMs: number;
  readonly scope: string | undefined;
  readonly tokenType: string;
}

const DEFAULTS: Facts = { expiresInMs: 600_000, scope: undefined, tokenType: 'Bearer' };

/** Makes tokens. What is said of them once holds for all that follow. */
export class FakeTokens {
  readonly #give: GiveToken<ClientQuery>;
  readonly #facts: Facts;

  private constructor(give: GiveToken<ClientQuery>, facts: Facts) {
    this.#give = give;
    this.#facts = facts;
  }

  /** @throws {ConfigurationError} when an option is malformed */
  static read(options: FakeToken, before?: FakeTokens): FakeTokens {
    const { token, expiresInMs, scope, tokenType } = options;
    const own = before ? before.#facts : DEFAULTS;
    const bounds = { min: 1, max: MONTH_MS, default: own.expiresInMs };
    const facts = {
      expiresInMs: readNumber('expiresInMs', expiresInMs, bounds),
      scope: readText('scope', scope) ?? own.scope,
      tokenType: readText('tokenType', tokenType) ?? own.tokenType,
    };
    if (token === undefined && before) return new FakeTokens(before.#give, facts);
    return new FakeTokens(readGivenTokens(token === undefined ? countedTokens() : token), facts);
  }

  /** @throws {ConfigurationError} when the user's function gives no token */
  next(query: ClientQuery): HeldToken {
    const { expiresInMs: lifetimeMs, scope, tokenType } = this.#facts;
    const value = this.#give(query);
    const facts = { value, tokenType, scope, lifetimeMs, isLifetimeGuessed: false, sentAt: now() };
    return new HeldToken(
      Object.freeze(facts),
      scheduleToken(lifetimeMs, SCHEDULE, () => 0),
    );
  }
}

/** Another one each time, as of a server: whoever repeats a request that was rejected does so by another token alone. */
function countedTokens(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return count === 1 ? 'fake-token' : `fake-token-${count}`;
  };
}

/** The token as it is when its time is over, at this moment. */
export function ended(held: HeldToken): HeldToken {
  const lifetimeMs = held.ageMs(now());
  const facts = Object.freeze({ ...held.facts, lifetimeMs });
  return new HeldToken(facts, { dueAfterMs: lifetimeMs, usableForMs: lifetimeMs });
}

/** @throws {ConfigurationError} when a name is not known */
export function readFakeToken(options: unknown): FakeToken {
  return readFields<FakeToken>('token options', options, FAKE_TOKEN_OPTIONS);
}

function readText(option: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new ConfigurationError(option, `must be a string; got ${kindOf(value)}.`);
}
