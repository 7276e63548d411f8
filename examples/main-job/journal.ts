import type { FailureEvent, RefreshEvent, RetryEvent, TokenProvider } from 'm2m-token-provider';

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** What has happened so far: lines to read, and figures for the end. */
export class Journal {
  readonly lines: string[] = [];
  readonly figures = {
    calls: 0,
    waited: 0,
    failed: 0,
    firstTokenMs: 0,
    renewals: 0,
    failedAttempts: 0,
    leastLeftMs: Number.POSITIVE_INFINITY,
    outageCalls: 0,
    outageMs: 0,
    verified: 0,
    keyRequests: 0,
  };
  readonly #startedAt = performance.now();
  readonly #onLine: (line: string) => void;
  #usableUntil = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  write(what: string, text: string): void {
    const line = `${(this.elapsedMs / 1_000).toFixed(2).padStart(6)} s  ${what.padEnd(8)}  ${text}`;
    this.lines.push(line);
    this.#onLine(line);
  }

  /** Writes down what the provider tells by its events. */
  follow(provider: TokenProvider): void {
    provider.on('refresh', (event) => this.#refreshed(provider, event));
    provider.on('retry', (event) => this.#retried(event));
    provider.on('failure', (event) => this.#failed(event));
    provider.on('expire', () => this.write('EXPIRED', 'no usable token is left'));
  }

  #refreshed(
    provider: TokenProvider,
    { reason, expiresAt, dueAt, durationMs, attempts }: RefreshEvent,
  ): void {
    const leftMs = this.#usableUntil - Date.now();
    this.#usableUntil = expiresAt;
    const times = `ends in ${seconds(expiresAt - Date.now())}, due in ${seconds(dueAt - Date.now())}`;
    if (reason === 'absent') {
      this.figures.firstTokenMs = durationMs;
      this.write('token', `the first one, after ${durationMs} ms; ${times}`);
      this.write('claims', JSON.stringify(provider.peek()?.claims ?? 'none: an opaque token'));
      return;
    }
    this.figures.renewals += 1;
    this.figures.leastLeftMs = Math.min(this.figures.leastLeftMs, leftMs);
    const effort = attempts > 1 ? `after ${attempts} attempts` : `in ${durationMs} ms`;
    this.write('renewed', `${effort}, with ${seconds(leftMs)} left on the old token; the new one ${times}`);
  }

  #retried({ error, delayMs }: RetryEvent): void {
    this.figures.failedAttempts += 1;
    this.write('retry', `${error.message} Again in ${seconds(delayMs)}.`);
  }

  #failed({ error, attempts, usableUntil, nextAttemptAt }: FailureEvent): void {
    this.figures.failedAttempts += 1;
    const left =
      usableUntil === undefined ? 'no token' : `the token, good for ${seconds(usableUntil - Date.now())},`;
    const next = `next attempt in ${seconds(nextAttemptAt - Date.now())}`;
    this.write('failure', `${error.message} ${attempts} attempts; ${left} is served; ${next}.`);
  }
}
