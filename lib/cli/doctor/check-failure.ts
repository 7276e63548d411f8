import { explainOptions } from '../messages/explain-options.js';
import { FIRST_SENTENCE, inOwnWords } from '../messages/own-words.js';
import type { GivenSettings } from '../settings/given-settings.js';
import { PLACES, type Setting } from '../settings/setting-names.js';
import { durationWords } from '../terminal/time-words.js';
import type { CheckName, CheckResult } from './check-result.js';

/** What it means when the first failure is at this check. The library's own error says what was seen, and most of the mend. */
const MEANINGS: Readonly<Record<CheckName, string>> = {
  settings: 'No request can be made with these settings.',
  DNS: 'The name of the server leads to no address, so nothing was sent.',
  TCP: 'There is no connection to the server, so nothing was sent.',
  proxy: 'The request has to pass a proxy, and did not.',
  TLS: 'It is not certain that this is the server, so the secret was not sent.',
  clock: 'The clocks of this machine and of the server differ.',
  endpoint: 'Something answers there, but not as a token endpoint should.',
  client: 'The token endpoint answers, and does not accept this client by this proof.',
  grant: 'The client is known, but gets no token by its own credentials.',
  scope: 'The client is accepted, but not what it asks for.',
  lifetime: 'There is a token, but not one that can be renewed in time.',
  renewal: 'There is a token, but not one that can be renewed in time.',
};

/** Files, in whose place the library names what is read of them. */
const PROOFS: readonly Setting['option'][] = ['keyFile', 'assertionFile', 'certFile'];
const OF_FILES = /\b(file|key|kid|certificate|assertion)\b/i;
const OF_THE_ADDRESS = /\b(address|path|option)\b|https:\/\//;

/** The settings that the mend of such a failure may be about, and the words that tell whether it is. */
const RELATED: Partial<
  Readonly<Record<CheckName, readonly (readonly [words: RegExp, options: readonly Setting['option'][]])[]>>
> = {
  settings: [
    [OF_FILES, PROOFS],
    [OF_THE_ADDRESS, PLACES],
  ],
  endpoint: [[OF_THE_ADDRESS, PLACES]],
  grant: [[OF_THE_ADDRESS, PLACES]],
  client: [[/./, PROOFS]],
  scope: [[/./, ['scope', 'resource']]],
};

/** The option of a provider, which stands for that of the doctor. */
const TIMEOUT = /within (\d+) ms \(requestTimeoutMs\)/g;

interface FailureContext {
  /** What to do beyond the words of the library. */
  readonly advice?: string;
  readonly given?: GivenSettings;
  /** What it means, where that is not what it means mostly. */
  readonly meaning?: string | undefined;
}

/** A check that has failed with this message of the library. */
export function checkFailure(
  check: CheckName,
  message: string,
  { advice = '', given = new Map(), meaning }: FailureContext = {},
): CheckResult {
  const timed = message.replace(TIMEOUT, (_, ms: string) => `within ${durationWords(Number(ms))}`);
  const words = inOwnWords(timed, { command: 'doctor', given });
  const [whole = '', seen = words] = FIRST_SENTENCE.exec(words) ?? [];
  const toDo = words.slice(whole.length || words.length);
  // What is wrong with a setting is told of it by name.
  const explained = explainMend(check, check === 'settings' ? words : toDo, given);
  return {
    check,
    status: 'fail',
    seen,
    meaning: meaning ?? MEANINGS[check],
    mend: [toDo, explained && `Here, ${explained}.`, advice].filter(Boolean).join(' '),
  };
}

/** Names flags and variables of what there is to change, unless the words do so already. */
function explainMend(check: CheckName, words: string, given: GivenSettings): string {
  const related = (RELATED[check] ?? []).filter(([pattern]) => pattern.test(words));
  const options = related
    .flatMap(([, found]) => found)
    .filter((option) => !words.includes(given.get(option)?.from ?? ' '));
  return explainOptions(words, given, options);
}
