/** What is looked at, in the order in which it can fail. */
export const CHECKS = [
  'settings',
  'DNS',
  'TCP',
  'proxy',
  'TLS',
  'clock',
  'endpoint',
  'client',
  'grant',
  'scope',
  'lifetime',
  'renewal',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** What came of one check: good, good with a doubt, not good, or not to be looked at. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'skip';

export interface CheckResult {
  readonly check: CheckName;
  readonly status: CheckStatus;
  readonly seen: string;
  /** What that means; not for what is good. */
  readonly meaning?: string;
  /** What to do about it. */
  readonly mend?: string;
}
