/** Control and format characters (bidirectional ones among them), lone surrogates, and line separators. */
export const HIDDEN = '\\p{C}\\p{Zl}\\p{Zp}';

const IS_HIDDEN = new RegExp(`[${HIDDEN}]`, 'u');
const IS_PLAIN = /^[\x20-\x7e]*$/;
const PERCENT = '%(?<octet>[0-9a-f]{2})';
const BACKSLASH = '(?<units>(?:\\\\u[0-9a-f]{4})+)|\\\\x(?<hex>[0-9a-f]{2})|\\\\(?<escaped>[^ux])';
const HTML = '&#(?<number>x[0-9a-f]{1,6}|[0-9]{1,7});|&(?<name>amp|lt|gt|quot|apos);';
/** The encodings of URLs and forms, of JSON, of HTML, and all of them together. */
const ENCODINGS = [PERCENT, BACKSLASH, HTML].map((one) => new RegExp(one, 'g'));
const ANY_ENCODING = new RegExp(`${PERCENT}|${BACKSLASH}|${HTML}`, 'g');
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** At most this many layers of encoding are decoded. */
const MAX_LAYERS = 4;
/** At most this many views of one text are tried, and fewer of a long one: whoever wrote it may want that to take seconds. */
const MAX_VIEWS = 40;
const MAX_VIEWED = 100_000;

/** Where something stands in a text: from `start` up to, and without, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * One way to read a text: its UTF-8 bytes, each as one character, and for each byte its place in the text. The bytes are folded, so
 * that different spellings are equal: ASCII letters become lower case; blank, plus and minus become one character; slash and
 * underscore become one; invisible characters are left out.
 */
export class TextView {
  bytes = '';
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #withoutSigns: TextView | undefined;
  #withoutBlanks: TextView | undefined;

  /** The text without its invisible characters; if there are any, also with a blank for each run of them. */
  static of(text: string): TextView[] {
    const view = new TextView();
    if (IS_PLAIN.test(text)) view.#add(text, (at) => ({ start: at, end: at + 1 }));
    else view.#addVisible(text, '');
    if (!IS_HIDDEN.test(text)) return [view];
    const spaced = new TextView();
    spaced.#addVisible(text, ' ');
    return [view, spaced];
  }

  /** Where these bytes stand in the text: each time, or all of those that overlap as one. */
  find(bytes: string): Span[] {
    const spans: Span[] = [];
    let [start, end] = [-1, -1];
    for (let at = this.bytes.indexOf(bytes); at >= 0; at = this.bytes.indexOf(bytes, at + 1)) {
      if (at >= end) {
        if (end >= 0) spans.push(this.#spanOf(start, end));
        start = at;
      }
      end = at + bytes.length;
    }
    if (end >= 0) spans.push(this.#spanOf(start, end));
    return spans;
  }

  /** Without what may stand between the digits of bytes in hex. */
  get withoutSigns(): TextView {
    this.#withoutSigns ??= this.#replaced(/0x|[-:,]/g, () => []);
    return this.#withoutSigns;
  }

  /** Without what is folded to a blank, which may stand between numbers. */
  get withoutBlanks(): TextView {
    this.#withoutBlanks ??= this.#replaced(/-/g, () => []);
    return this.#withoutBlanks;
  }

  /** This view, and what it becomes when up to four layers of encoding are decoded, in any order. */
  layers(): TextView[] {
    const most = Math.min(MAX_VIEWS, Math.floor(MAX_VIEWED / this.bytes.length));
    // First those by which nearly everything is found.
    const chain = this.#chain();
    const views = new Map([this, ...chain].map((view) => [view.bytes, view]));
    let last: readonly TextView[] = [this];
    for (const whole of chain) {
      const others = last.flatMap((view) => ENCODINGS.map((encoding) => view.#decoded(encoding)));
      const found = others.filter(({ bytes }) => !views.has(bytes)).slice(0, Math.max(0, most - views.size));
      for (const view of found) views.set(view.bytes, view);
      last = [...found, whole];
    }
    return [...views.values()];
  }

  /** What it becomes, layer by layer, when all encodings are decoded at once. */
  #chain(): TextView[] {
    const chain: TextView[] = [];
    let whole: TextView = this;
    while (chain.length < MAX_LAYERS) {
      whole = whole.#decoded(ANY_ENCODING);
      chain.push(whole);
    }
    return chain;
  }

  #decoded(encoding: RegExp): TextView {
    return this.#replaced(encoding, (found) => this.#decode(found));
  }

  /** Replaces each match by what `decode` gives for it. */
  #replaced(pattern: RegExp, decode: (found: RegExpExecArray) => readonly Piece[]): TextView {
    const view = new TextView();
    let at = 0;
    for (const found of this.bytes.matchAll(pattern)) {
      this.#copy(view, at, found.index);
      for (const { text, span } of decode(found)) view.#add(text, () => span);
      at = found.index + found[0].length;
    }
    if (at === 0) return this;
    this.#copy(view, at, this.bytes.length);
    return view;
  }

  #decode({ 0: all, index, groups = {} }: RegExpExecArray): Piece[] {
    const { octet, units, hex, escaped, number, name } = groups;
    if (units !== undefined) return this.#decodeUnits(units, index);
    const span = this.#spanOf(index, index + all.length);
    const byte = octet ?? hex;
    if (byte !== undefined) return [{ text: Number.parseInt(byte, 16), span }];
    if (escaped !== undefined) return [{ text: 'bfnrt0'.includes(escaped) ? '' : escaped, span }];
    return [{ text: number === undefined ? (ENTITIES[name ?? ''] ?? '') : charOf(number), span }];
  }

  /** Of `\uXXXX`; two of them may be one character. */
  #decodeUnits(units: string, from: number): Piece[] {
    const text = units.replace(/\\u(.{4})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
    let at = from;
    return Array.from(text, (char) => {
      const span = this.#spanOf(at, at + char.length * 6);
      at += char.length * 6;
      return { text: char, span };
    });
  }

  #spanOf(from: number, to: number): Span {
    return { start: this.#starts[from] ?? 0, end: this.#ends[to - 1] ?? 0 };
  }

  #copy(view: TextView, from: number, to: number): void {
    view.bytes += this.bytes.slice(from, to);
    for (let at = from; at < to; at += 1) {
      view.#starts.push(this.#starts[at] ?? 0);
      view.#ends.push(this.#ends[at] ?? 0);
    }
  }

  #addVisible(text: string, hidden: string): void {
    let at = 0;
    let wasHidden = false;
    for (const char of text) {
      const span = { start: at, end: at + char.length };
      const isHidden = IS_HIDDEN.test(char);
      if (!isHidden) this.#add(char, () => span);
      else if (!wasHidden) this.#add(hidden, () => span);
      wasHidden = isHidden;
      at = span.end;
    }
  }

  #add(text: string | number, spanOf: (at: number) => Span): void {
    const bytes = typeof text === 'number' ? String.fromCharCode(text) : Buffer.from(text).toString('latin1');
    const folded = fold(bytes);
    this.bytes += folded;
    for (let at = 0; at < folded.length; at += 1) {
      const { start, end } = spanOf(at);
      this.#starts.push(start);
      this.#ends.push(end);
    }
  }
}

/** A text, or one byte, and where it stands. */
interface Piece {
  readonly text: string | number;
  readonly span: Span;
}

/** Folds bytes, a character each. */
export function fold(bytes: string): string {
  let folded = '';
  for (let at = 0; at < bytes.length; at += 1) folded += FOLDED[bytes.charCodeAt(at)];
  return folded;
}

const FOLDED: readonly string[] = Array.from({ length: 256 }, (_, code) => {
  if (code < 0x20 || code === 0x7f) return '';
  const char = String.fromCharCode(code);
  if (char === ' ' || char === '+') return '-';
  if (char === '/') return '_';
  return /[A-Z]/.test(char) ? char.toLowerCase() : char;
});

function charOf(number: string): string {
  const code = number.startsWith('x') ? Number.parseInt(number.slice(1), 16) : Number(number);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
