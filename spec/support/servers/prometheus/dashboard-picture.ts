import { legendOf, type Panel, readDashboard } from './dashboard.js';
import { type Series, type Span, TICK_MS } from './prometheus.js';
import type { WatchedOutage } from './watched-outage.js';

interface Line {
  readonly name: string;
  readonly series: Series;
  readonly color: string;
}

interface Frame extends Span {
  readonly left: number;
  readonly top: number;
  readonly most: number;
}

const WIDTH = 860;
const COLUMN = 430;
const ROW = 168;
const HEAD = 78;
const PLOT = { left: 46, top: 24, width: 366, height: 92 };
/** All of them are legible on white and on black. */
const COLORS = ['#2f7df6', '#d9822b', '#a371f7', '#d1477c', '#2a9d8f', '#b58900', '#e05d44'];
/** The width of one, more or less. */
const LETTER = 7;
const INK = '#7d8590';
const BANDS = [
  ['warn', '#b58900'],
  ['fail', '#e05d44'],
] as const;

/** An SVG of the dashboard, as it shows the outage; the bands tell what health() said meanwhile. */
export async function drawDashboard(outage: WatchedOutage): Promise<string> {
  const panels = readDashboard('3s', 'shop');
  const span = { from: outage.down.from - 10_000, to: (outage.health.shop.at(-1)?.at ?? 0) + 20_000 };
  const drawn = await Promise.all(panels.map((panel, place) => drawPanel(outage, panel, place, span)));
  const height = HEAD + Math.ceil(panels.length / 2) * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="The dashboard in an outage" font-family="system-ui, sans-serif" font-size="11">`,
    text(
      16,
      24,
      'The dashboard in an outage of 60 s, with tokens of 20 s',
      'font-size="16" font-weight="600"',
    ),
    text(
      16,
      44,
      'The server answers 503 for 40 s, then refuses the client for 20 s. The axis counts seconds.',
    ),
    ...BANDS.map(([status, color], place) =>
      text(16 + place * 130, 62, `■ health() is ${status}`, `fill="${color}"`),
    ),
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

async function drawPanel(outage: WatchedOutage, panel: Panel, place: number, span: Span): Promise<string> {
  const lines = await readLines(outage, panel, span);
  const values = lines.flatMap(({ series }) => series.points.map(([, value]) => value));
  const most = niceCeiling(Math.max(...values.filter(Number.isFinite), 0));
  const frame = { ...span, left: (place % 2) * COLUMN, top: HEAD + Math.floor(place / 2) * ROW, most };
  return [
    text(frame.left + 16, frame.top + 12, `${panel.title}${unitOf(panel.unit)}`, 'font-weight="600"'),
    ...drawBands(outage, frame),
    ...drawAxes(frame),
    ...lines.map((line) => drawLine(line, frame)),
    ...drawLegends(lines, frame),
  ].join('\n');
}

async function readLines({ prometheus }: WatchedOutage, panel: Panel, span: Span): Promise<Line[]> {
  const found = await Promise.all(
    panel.queries.map(async ({ expression, legend }) => {
      const series = await prometheus.query(expression, span);
      return series.map((one) => ({ name: legendOf(legend, one.labels), series: one }));
    }),
  );
  return found.flat().map((line, index) => ({ ...line, color: COLORS[index % COLORS.length] ?? INK }));
}

function drawBands({ health: { shop }, span }: WatchedOutage, frame: Frame): string[] {
  return shop.flatMap(({ status, at }, index) => {
    const color = BANDS.find(([name]) => name === status)?.[1];
    const end = shop[index + 1]?.at ?? span.to;
    if (color === undefined) return [];
    const [from, to] = [x(at, frame), x(end, frame)];
    const { y, height } = { y: frame.top + PLOT.top, height: PLOT.height };
    return `<rect x="${from}" y="${y}" width="${round(to - from)}" height="${height}" fill="${color}" fill-opacity="0.15"/>`;
  });
}

function drawAxes(frame: Frame): string[] {
  const seconds = Array.from({ length: Math.floor((frame.to - frame.from) / 20_000) + 1 }, (_, n) => n * 20);
  return [
    ...[0, frame.most].flatMap((value) => [
      `<path d="M${frame.left + PLOT.left} ${y(value, frame)}h${PLOT.width}" stroke="${INK}" stroke-opacity="0.4"/>`,
      text(frame.left + PLOT.left - 5, y(value, frame) + 4, `${value}`, 'text-anchor="end"'),
    ]),
    ...seconds.map((second) =>
      text(x(frame.from + second * 1_000, frame), y(0, frame) + 14, `${second}`, 'text-anchor="middle"'),
    ),
  ];
}

/** Broken where there is no value. */
function drawLine({ series, color }: Line, frame: Frame): string {
  const shown = series.points.filter(([, value]) => Number.isFinite(value));
  const steps = shown.map(([at, value], index) => {
    const before = shown[index - 1]?.[0] ?? 0;
    return `${at - before > TICK_MS ? 'M' : 'L'}${x(at, frame)} ${y(value, frame)}`;
  });
  return `<path d="${steps.join('')}" stroke="${color}" stroke-width="1.75" stroke-linejoin="round" fill="none"/>`;
}

/** One behind the other, in as many rows as they need. */
function drawLegends(lines: readonly Line[], { left, top }: Frame): string[] {
  let [column, row] = [0, 0];
  return lines.map(({ name, color }) => {
    const width = (name.length + 4) * LETTER;
    if (column > 0 && column + width > PLOT.width) [column, row] = [0, row + 1];
    const base = top + PLOT.top + PLOT.height + 28 + row * 13;
    const label = text(round(left + PLOT.left + column), base, `— ${name}`, `fill="${color}"`);
    column += width;
    return label;
  });
}

function x(at: number, { from, to, left }: Frame): number {
  return round(left + PLOT.left + (PLOT.width * Math.min(Math.max(0, at - from), to - from)) / (to - from));
}

function y(value: number, { top, most }: Frame): number {
  return round(top + PLOT.top + PLOT.height * (1 - value / most));
}

/** 1, 2 or 5 times a power of ten. */
function niceCeiling(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return Number((([1, 2, 5, 10].find((factor) => factor * power >= most) ?? 10) * power).toPrecision(2));
}

function unitOf(unit: string): string {
  return unit === 's' ? ', in s' : '';
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function text(left: number, base: number, words: string, style = ''): string {
  const fill = style.includes('fill=') ? '' : ` fill="${INK}"`;
  const shown = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${left}" y="${base}"${fill}${style && ` ${style}`}>${shown}</text>`;
}
