import { describeGrowth, type Point } from './growth.js';
import type { Findings } from './measure.js';
import { pointsOf } from './tables/costs.js';

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly Point[];
  /** What must not be exceeded. */
  readonly limit?: number;
}

const WIDTH = 800;
const HEIGHT = 280;
const TOP = 92;
const BOTTOM = 220;
const PANEL_WIDTH = 250;
const PANEL_INSET = 40;
const SIDE = 16;
const FEWEST = 1_000;
const DECADES = 2;
const HEADROOM = 1.25;
/** Both are legible on white and on black. */
const COLOR = '#2f7df6';
const INK = '#7d8590';

/** An SVG: what each client costs, by the number of clients. Flat lines are what is wanted. */
export function drawChart(findings: Findings): string {
  const words = 'What each client costs, by the number of clients';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${words}" font-family="system-ui, sans-serif" font-size="13">`,
    text(SIDE, 24, words, 'font-size="16" font-weight="600"'),
    text(SIDE, 44, 'Tokens of 600 s, clients found by resolveClient. Dotted: the target.'),
    ...makePanels(findings).flatMap((panel, place) => drawPanel(panel, SIDE + place * (PANEL_WIDTH + SIDE))),
    '</svg>',
    '',
  ].join('\n');
}

function makePanels({ memory, calls, operations }: Findings): Panel[] {
  return [
    {
      title: 'memory, beyond the token',
      unit: 'KiB',
      points: atScale(pointsOf(memory, ({ beyondToken }) => beyondToken / 1_024)),
      limit: 1.5,
    },
    {
      title: 'a call for one of a hundred clients',
      unit: 'ns',
      points: atScale(pointsOf(calls, ({ some }) => some * 1_000)),
    },
    {
      title: 'a renewal, answered at once',
      unit: 'µs',
      points: atScale(pointsOf(operations, ({ renewal }) => renewal)),
    },
  ];
}

function atScale(points: readonly Point[]): Point[] {
  return points.filter(({ clients }) => clients >= FEWEST);
}

function drawPanel({ title, unit, points, limit }: Panel, left: number): string[] {
  const right = left + PANEL_WIDTH;
  const most = Math.max(limit ?? 0, ...points.map(({ value }) => value)) * HEADROOM;
  const x = (clients: number): number =>
    round(left + PANEL_INSET + ((PANEL_WIDTH - 2 * PANEL_INSET) * Math.log10(clients / FEWEST)) / DECADES);
  const y = (value: number): number => round(BOTTOM - ((BOTTOM - TOP) * value) / most);
  const path = points.map(({ clients, value }) => `${x(clients)} ${y(value)}`).join('L');
  return [
    text(left, TOP - 14, title, 'font-weight="600"'),
    `<path d="M${left} ${BOTTOM}H${right}" stroke="${INK}" stroke-opacity="0.9"/>`,
    ...(limit === undefined ? [] : drawLimit(left, right, y(limit))),
    `<path d="M${path}" stroke="${COLOR}" stroke-width="4" stroke-linejoin="round" fill="none"/>`,
    ...points.flatMap(({ clients, value }) => [
      `<circle cx="${x(clients)}" cy="${y(value)}" r="4" fill="${COLOR}"/>`,
      text(x(clients), y(value) - 10, `${show(value)} ${unit}`, `text-anchor="middle" fill="${COLOR}"`),
      text(x(clients), BOTTOM + 20, clients.toLocaleString('en'), 'text-anchor="middle"'),
    ]),
    text(left, BOTTOM + 44, `grows: ${describeGrowth(points)}`),
  ];
}

function drawLimit(left: number, right: number, base: number): string[] {
  return [`<path d="M${left} ${base}H${right}" stroke="${INK}" stroke-dasharray="2 4" fill="none"/>`];
}

function show(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function text(left: number, base: number, words: string, style = ''): string {
  const fill = style.includes('fill=') ? '' : ` fill="${INK}"`;
  return `<text x="${left}" y="${base}"${fill}${style && ` ${style}`}>${words}</text>`;
}
