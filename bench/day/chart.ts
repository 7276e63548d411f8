import { LIBRARY } from './contestants.js';
import type { Result } from './launch.js';
import { scenarios } from './scenarios.js';

interface Point {
  readonly seconds: number;
  readonly callers: number;
}

interface Line {
  readonly name: string;
  readonly points: readonly Point[];
  readonly color: string;
  readonly isOwn: boolean;
}

const WIDTH = 800;
const HEIGHT = 440;
const LEFT = 62;
const RIGHT = 556;
const TOP = 64;
const BOTTOM = 376;
const LABEL_GAP = 17;
const LONGEST_SECONDS = 480;
const HOURS = 24;
/** All of them are legible on white and on black. */
const OWN_COLOR = '#2f7df6';
const PEER_COLORS = ['#d9822b', '#a371f7', '#d1477c', '#2a9d8f', '#b58900', '#6a994e', '#e05d44', '#8b949e'];
const INK = '#7d8590';

/** An SVG: how many callers an outage of each length reaches, one line for each contestant. */
export function drawChart(results: readonly Result[]): string {
  const lines = makeLines(results);
  const own = lines.filter(({ isOwn }) => isOwn);
  const peers = lines.filter(({ isOwn }) => !isOwn);
  const words = 'Callers per hour who waited or failed, by the length of the one outage in that hour';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${words}" font-family="system-ui, sans-serif" font-size="13">`,
    text(LEFT, 24, 'Callers per hour who waited or failed', 'font-size="16" font-weight="600"'),
    text(LEFT, 44, 'One call a second, one outage an hour. Tokens live for 600 s.'),
    ...drawAxes(),
    `<path d="M${x(0)} ${y(0)}L${x(LONGEST_SECONDS)} ${y(LONGEST_SECONDS)}" stroke="${INK}" stroke-dasharray="2 4" fill="none"/>`,
    text(RIGHT + 20, y(LONGEST_SECONDS) + 4, 'every caller of the outage'),
    ...[...peers, ...own].map(drawLine),
    ...drawLabels(lines),
    '</svg>',
    '',
  ].join('\n');
}

function makeLines(results: readonly Result[]): Line[] {
  let peers = 0;
  return results.map(({ contestant, scores }) => {
    const isOwn = contestant.name === LIBRARY;
    const color = isOwn ? OWN_COLOR : (PEER_COLORS[peers++] ?? INK);
    const points = scenarios.flatMap(({ name, outageSeconds = 0, seeds }) => {
      const score = scores.get(name);
      const belongs = name === 'calm' || outageSeconds > 0;
      return score && belongs
        ? [{ seconds: outageSeconds, callers: score.disturbed / (seeds.length * HOURS) }]
        : [];
    });
    return { name: contestant.name, points, color, isOwn };
  });
}

function drawAxes(): string[] {
  const lengths = scenarios.flatMap(({ outageSeconds = 0 }) => outageSeconds || []);
  const levels = [0, 120, 240, 360, 480];
  return [
    ...levels.flatMap((callers) => [
      `<path d="M${LEFT} ${y(callers)}H${RIGHT}" stroke="${INK}" stroke-opacity="${callers === 0 ? 0.9 : 0.25}"/>`,
      text(LEFT - 8, y(callers) + 4, `${callers}`, 'text-anchor="end"'),
    ]),
    text(x(0), BOTTOM + 20, '0', 'text-anchor="middle"'),
    ...lengths.map((seconds) => text(x(seconds), BOTTOM + 20, `${seconds} s`, 'text-anchor="middle"')),
    text((LEFT + RIGHT) / 2, BOTTOM + 44, 'length of the outage', 'text-anchor="middle"'),
  ];
}

function drawLine({ points, color, isOwn }: Line): string {
  const path = points.map(({ seconds, callers }) => `${x(seconds)} ${y(callers)}`).join('L');
  const dots = points
    .map(
      ({ seconds, callers }) =>
        `<circle cx="${x(seconds)}" cy="${y(callers)}" r="${isOwn ? 4 : 2.5}" fill="${color}"/>`,
    )
    .join('');
  return `<path d="M${path}" stroke="${color}" stroke-width="${isOwn ? 4 : 1.75}" stroke-linejoin="round" fill="none"/>${dots}`;
}

/** From the highest line down, no label less than a gap under the one above it. */
function drawLabels(lines: readonly Line[]): string[] {
  const ends = lines
    .map((line) => ({ line, callers: line.points.at(-1)?.callers ?? 0 }))
    .sort((one, other) => other.callers - one.callers);
  let above = y(LONGEST_SECONDS);
  return ends.map(({ line, callers }) => {
    const end = y(callers);
    const place = Math.max(end, above + LABEL_GAP);
    above = place;
    const leader = `<path d="M${RIGHT + 4} ${end}L${RIGHT + 16} ${place}" stroke="${line.color}" stroke-opacity="0.6" fill="none"/>`;
    const style = `fill="${line.color}"${line.isOwn ? ' font-weight="700"' : ''}`;
    return leader + text(RIGHT + 20, place + 4, `${Math.round(callers)} ${line.name}`, style);
  });
}

function x(seconds: number): number {
  return round(LEFT + ((RIGHT - LEFT) * seconds) / LONGEST_SECONDS);
}

function y(callers: number): number {
  return round(BOTTOM - ((BOTTOM - TOP) * callers) / LONGEST_SECONDS);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function text(left: number, base: number, words: string, style = ''): string {
  const fill = style.includes('fill=') ? '' : ` fill="${INK}"`;
  return `<text x="${left}" y="${base}"${fill}${style && ` ${style}`}>${words}</text>`;
}
