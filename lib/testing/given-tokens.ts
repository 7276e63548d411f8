import { ConfigurationError } from '../ground/errors.js';
import { isPromise, kindOf } from '../ground/value-kind.js';
import { readTexts } from '../options/option-values.js';
import { isBearerValue } from '../token/bearer-token.js';

/** Gives the token for whom it is asked for. */
export type GiveToken<About> = (about: About) => string;

/**
 * What gives the tokens of `source`: a token; several, which are given in turn, the last of them for ever; or a function that makes
 * one each time.
 *
 * @throws {ConfigurationError} when it is none of these; so does what it gives, when the user's function gives no token
 */
export function readGivenTokens<About>(source: unknown): GiveToken<About> {
  if (typeof source === 'function') return (about) => readToken(source(about));
  if (typeof source !== 'string' && !Array.isArray(source)) {
    const wanted = 'must be a token, a list of tokens, or a function that gives one';
    throw new ConfigurationError('token', `${wanted}; got ${kindOf(source)}.`);
  }
  const [first, ...others] = readTexts('token', source).map(readToken);
  if (first === undefined) throw new ConfigurationError('token', 'must be one token at least; got none.');
  let last = first;
  return () => {
    const given = last;
    last = others.shift() ?? last;
    return given;
  };
}

function readToken(token: unknown): string {
  if (typeof token === 'string' && isBearerValue(token)) return token;
  const got = kindOfNoToken(token);
  throw new ConfigurationError('token', `must be text that a header can carry, without blanks; got ${got}.`);
}

function kindOfNoToken(token: unknown): string {
  if (typeof token === 'string' && token !== '') return 'other text';
  if (!isPromise(token)) return kindOf(token);
  // Nobody else looks at it: if it were rejected, that would end the process.
  Promise.resolve(token).catch(() => undefined);
  return 'a promise: the function must not be async';
}
