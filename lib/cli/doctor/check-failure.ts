import { explainOptions } from '../settings/explain-options.js';
import type { GivenSettings } from '../settings/given-settings.js';
import { PLACES, type Setting } from '../settings/setting-names.js';
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

/** The settings that a failure of this check has to do with. */
const RELATED: Partial<Readonly<Record<CheckName, readonly Setting['option'][]>>> = {
  DNS: PLACES,
  TCP: PLACES,
  TLS: PLACES,
  endpoint: PLACES,
  settings: PROOFS,
  client: PROOFS,
  scope: ['scope', 'resource'],
};

/** The first sentence tells what was seen. It may quote the server, in brackets, which may be several sentences. */
const FIRST_SENTENCE = /^((?:\("[^"]*"\)|(?!\(").)*?\.) (?=[A-Z])/s;

interface FailureContext {
  /** What to do beyond the words of the library. */
  readonly advice?: string;
  readonly given?: GivenSettings;
}

/** A check that has failed with this message of the library. */
export function checkFailure(
  check: CheckName,
  message: string,
  { advice = '', given }: FailureContext = {},
): CheckResult {
  const [whole = '', seen = message] = FIRST_SENTENCE.exec(message) ?? [];
  const explained = explainOptions(message, given, RELATED[check]);
  const mend = [message.slice(whole.length || message.length), explained && `Here, ${explained}.`, advice];
  return {
    check,
    status: 'fail',
    seen,
    meaning: MEANINGS[check],
    mend: mend.filter(Boolean).join(' '),
  };
}
