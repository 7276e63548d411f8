import { wrapText } from '../terminal/layout-text.js';
import { printable } from '../terminal/printable.js';
import type { Style } from '../terminal/style.js';
import type { CheckResult, CheckStatus } from './check-result.js';
import { checksAfter } from './examination.js';

const MARKS: Readonly<Record<CheckStatus, readonly [mark: string, colour: Parameters<Style>[1] & string]>> = {
  ok: ['✓', 'green'],
  warn: ['!', 'yellow'],
  fail: ['✗', 'red'],
  skip: ['–', 'dim'],
};

/** Behind the mark and the name. */
const INDENT = ' '.repeat(12);

/** One check, for people: a line of what was seen, and, where it is not good, what that means and what to do. */
export function checkText(
  { check, status, seen, meaning, mend }: CheckResult,
  columns: number,
  style: Style,
): string {
  const [mark, colour] = MARKS[status];
  const lay = (text: string) => wrapText(printable(text), columns, INDENT);
  const head = `${style(mark, colour)} ${style(check.padEnd(INDENT.length - 3), 'bold')} `;
  const others = [meaning, mend && `→ ${mend}`].filter((text): text is string => Boolean(text));
  return [head + lay(seen), ...others.map((text) => INDENT + lay(text))].join('\n');
}

/** What comes of it all, for people. */
export function closingText(results: readonly CheckResult[], columns: number, style: Style): string {
  const failed = results.find(({ status }) => status === 'fail');
  if (!failed) {
    const doubts = results.filter(({ status }) => status === 'warn').length;
    const words =
      doubts > 0
        ? `A token comes, with ${doubts === 1 ? 'a doubt' : `${doubts} doubts`} (!).`
        : 'All is well.';
    return `\n${style(words, 'bold')}`;
  }
  const last = results.at(-1) ?? failed;
  const left = last.status === 'fail' ? checksAfter(last.check) : [];
  const unseen =
    left.length > 0
      ? `${style('–', 'dim')} ${wrapText(`not looked at: ${left.join(', ')}`, columns, '  ')}\n`
      : '';
  return `${unseen}\n${style(`Mend first: ${failed.check}.`, 'bold')}`;
}

/** All of it, for programs. */
export function examinationJson(results: readonly CheckResult[], exitCode: number): string {
  return printable(JSON.stringify({ ok: exitCode === 0, exitCode, checks: results }));
}
