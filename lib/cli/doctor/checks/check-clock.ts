import { durationWords } from '../../terminal/time-words.js';
import { checkFailure } from '../check-failure.js';
import type { CheckResult } from '../check-result.js';
import type { RequestProbe } from '../probes/request-probe.js';

/** A date of HTTP has whole seconds, and takes its time on the way. */
const DOUBT_MS = 10_000;
/** Signed assertions live for as long, and few verifiers allow for more. */
const FAIL_MS = 60_000;

/** Compares the clock of this machine with that of the server, by the date of its answer (RFC 9110 §6.6.1). */
export function checkClock({ answer, answeredAt, tookMs }: RequestProbe): CheckResult {
  const sent = Date.parse(answer?.header('date') ?? '');
  if (Number.isNaN(sent)) return { check: 'clock', status: 'skip', seen: 'the server tells no time' };
  // A cache on the way may have kept the answer (RFC 9111 §5.1).
  const date = sent + Number(answer?.header('age') ?? 0) * 1_000;
  const aheadMs = answeredAt - tookMs / 2 - date;
  const size = Math.abs(aheadMs);
  if (size <= DOUBT_MS) return { check: 'clock', status: 'ok', seen: "as the server's, within seconds" };
  const seen = `The clock of this machine is ${durationWords(size)} ${aheadMs > 0 ? 'ahead of' : 'behind'} that of the server.`;
  const mend =
    'Set the clock of this machine by a time server (timedatectl set-ntp true, chronyc makestep); if it is right, tell whoever runs ' +
    'the server. Tokens are renewed all the same, since lifetimes count here, but APIs, certificates and signed proofs go by the clock.';
  const failed = checkFailure('clock', `${seen} ${mend}`);
  return size > FAIL_MS ? failed : { ...failed, status: 'warn' };
}
