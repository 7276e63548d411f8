import { createLogUpdate } from 'log-update';
import type { TokenProvider } from 'm2m-token-provider';
import type { Journal } from './journal.js';

const BAR_WIDTH = 40;
const LINES_SHOWN = 14;
const REPAINT_MS = 100;

/** Shows what happens: a live picture on a terminal, nothing but the journal's own lines elsewhere. */
export class Screen {
  readonly isLive = process.stdout.isTTY === true;
  readonly #paint = createLogUpdate(process.stdout);
  #timer: NodeJS.Timeout | undefined;

  /** Prints a line of the journal at once, unless the live picture shows it anyway. */
  readonly print = (line: string): void => {
    if (!this.isLive) console.log(line);
  };

  start(provider: TokenProvider, journal: Journal): void {
    if (!this.isLive) return;
    this.#timer = setInterval(() => this.#paint(picture(provider, journal)), REPAINT_MS);
  }

  /** Leaves the whole journal on the terminal in place of the picture. */
  stop(journal: Journal): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#paint.clear();
    this.#paint.done();
    for (const line of journal.lines) console.log(line);
  }
}

function picture(provider: TokenProvider, { lines, figures, elapsedMs }: Journal): string {
  const [status] = provider.status();
  const width = process.stdout.columns ?? 100;
  return [
    '',
    `  token    ${lifeBar(provider)}  ${status?.state}${status?.refreshing ? ', renewing' : ''}`,
    `  calls    ${figures.calls.toLocaleString('en')}  (${Math.round(figures.calls / (elapsedMs / 1_000)).toLocaleString('en')} a second)`,
    `  waited   ${figures.waited} after the first token      failed   ${figures.failed}`,
    '',
    ...lines.slice(-LINES_SHOWN).map((line) => `  ${line.slice(0, width - 3)}`),
    '',
  ].join('\n');
}

/** The life of the token held: `|` is where it falls due. */
function lifeBar(provider: TokenProvider): string {
  const token = provider.peek();
  if (!token) return `[${' '.repeat(BAR_WIDTH)}]`;
  const place = (ms: number) =>
    Math.floor(((ms - token.issuedAt) / (token.expiresAt - token.issuedAt)) * BAR_WIDTH);
  const cells: string[] = Array.from({ length: BAR_WIDTH }, (_, cell) =>
    cell < place(Date.now()) ? '·' : '█',
  );
  cells[place(token.dueAt)] = '|';
  return `[${cells.join('')}]`;
}
