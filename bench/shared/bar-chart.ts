/** One bar. The value is that of its end; the label says more. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly label: string;
  readonly isOwn: boolean;
}

export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
  /** Each step of the axis is ten times the one before. */
  readonly isLogarithmic?: boolean;
  /** A line across all bars. */
  readonly mark?: { readonly value: number; readonly name: string };
}

interface Scale {
  readonly x: (value: number) => number;
  readonly ticks: readonly number[];
}

const WIDTH = 800;
const LEFT = 270;
const RIGHT = 690;
const TOP = 70;
const ROW = 24;
const BAR = 14;
/** All of them are legible on white and on black. */
const OWN_COLOR = '#2f7df6';
const PEER_COLOR = '#8b949e';
const INK = '#7d8590';
const MARK_COLOR = '#d9822b';

/** An SVG of horizontal bars, from above in the order given. */
export function drawBars({ title, subtitle, bars, isLogarithmic = false, mark }: BarChart): string {
  const bottom = TOP + bars.length * ROW;
  const height = bottom + (mark ? 56 : 36);
  const most = Math.max(...bars.map(({ value }) => value));
  const scale = isLogarithmic ? logarithmic(most) : linear(most);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(title)}" font-family="system-ui, sans-serif" font-size="13">`,
    text(20, 24, title, 'font-size="16" font-weight="600"'),
    text(20, 44, isLogarithmic ? `${subtitle} Logarithmic scale.` : subtitle),
    ...drawAxis(scale, bottom),
    ...bars.map((bar, place) => drawBar(bar, TOP + place * ROW, scale)),
    ...(mark ? drawMark(mark, scale, bottom) : []),
    '</svg>',
    '',
  ].join('\n');
}

function linear(most: number): Scale {
  const step = niceStep(most / 5);
  const last = Math.ceil(most / step) * step;
  const ticks = Array.from({ length: Math.round(last / step) + 1 }, (_, place) => place * step);
  return { x: (value) => round(LEFT + ((RIGHT - LEFT) * value) / last), ticks };
}

function logarithmic(most: number): Scale {
  const powers = Math.max(1, Math.ceil(Math.log10(most)));
  const ticks = Array.from({ length: powers + 1 }, (_, power) => 10 ** power);
  return {
    x: (value) => round(LEFT + ((RIGHT - LEFT) * Math.max(0, Math.log10(value))) / powers),
    ticks,
  };
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
}

function drawAxis({ x, ticks }: Scale, bottom: number): string[] {
  return ticks.flatMap((tick) => [
    `<path d="M${x(tick)} ${TOP - 6}V${bottom}" stroke="${INK}" stroke-opacity="0.25"/>`,
    text(x(tick), bottom + 18, tick.toLocaleString('en'), 'text-anchor="middle"'),
  ]);
}

function drawBar({ name, value, label, isOwn }: Bar, top: number, { x }: Scale): string {
  const color = isOwn ? OWN_COLOR : PEER_COLOR;
  const base = top + BAR - 2;
  const weight = isOwn ? ' font-weight="700"' : '';
  // One that ends where the axis begins is still to be seen.
  const width = Math.max(2, round(x(value) - LEFT));
  return [
    text(LEFT - 10, base, name, `text-anchor="end"${weight}`),
    `<rect x="${LEFT}" y="${top}" width="${width}" height="${BAR}" fill="${color}"/>`,
    text(LEFT + width + 8, base, label, weight.trim()),
  ].join('');
}

function drawMark({ value, name }: { value: number; name: string }, { x }: Scale, bottom: number): string[] {
  return [
    `<path d="M${x(value)} ${TOP - 6}V${bottom + 26}" stroke="${MARK_COLOR}" stroke-dasharray="3 3"/>`,
    text(x(value), bottom + 40, name, `text-anchor="middle" fill="${MARK_COLOR}"`),
  ];
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function text(left: number, base: number, words: string, style = ''): string {
  const fill = style.includes('fill=') ? '' : ` fill="${INK}"`;
  return `<text x="${left}" y="${base}"${fill}${style && ` ${style}`}>${escapeMarkup(words)}</text>`;
}

function escapeMarkup(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
