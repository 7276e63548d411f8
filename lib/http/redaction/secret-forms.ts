import { formEncode } from '../form-encoding.js';
import { fold, type Span, TextView } from './text-view.js';

/** Shorter secrets are not searched for: they are in many texts by chance. */
const MIN_LENGTH = 3;
/** Shorter secrets are searched for as plain text only. */
const MIN_ENCODED_LENGTH = 4;
/** Of longer ones this much is searched for: the server that wrote the text may have chosen both so that the search takes seconds. */
const MAX_HEAD = 256;
/** In no encoding a secret becomes longer than this many times its length. */
const MAX_STRETCH = 12;

/**
 * Finds a secret in text that others wrote, in any usual form: plain, form-encoded, escaped, as HTML, inside a longer Base64 text,
 * in hex, or as a list of byte numbers; in upper or lower case.
 */
export class SecretForms {
  /** How far behind its beginning a secret may have to be read, so that it is found. */
  static readonly reach = MAX_HEAD * MAX_STRETCH;

  readonly #head: string;
  /** By how much the whole is longer. */
  readonly #share: number;
  readonly #hasBlanks: boolean;
  #forms: Forms | undefined;

  constructor(secret: string) {
    const whole = secret.trim();
    this.#head = whole.length > MAX_HEAD ? whole.slice(0, MAX_HEAD).replace(/[\ud800-\udbff]$/, '') : whole;
    this.#share = whole.length / this.#head.length;
    this.#hasBlanks = /\s/.test(whole);
  }

  /** Where it stands in the text. */
  find(searched: SearchedText): Span[] {
    // No form is shorter than the secret.
    if (this.#head.length < MIN_LENGTH || Buffer.byteLength(searched.text) < this.#head.length) return [];
    this.#forms ??= formsOf(this.#head);
    const { plain, base64, hex, numbers } = this.#forms;
    const { views, text } = searched;
    const others = [
      ...findIn(views, plain),
      ...findIn(views, hex),
      ...findIn(views, hex, (view) => view.withoutSigns),
    ];
    return [
      ...findIn(views, base64).map((span) => searched.wholeBase64(this.#wholeOf(span, text))),
      ...others.map((span) => this.#wholeOf(span, text)),
      ...findIn(views, numbers, (view) => view.withoutBlanks).map((span) =>
        this.#wholeOf(span, text, /[^\d,\s]/),
      ),
    ];
  }

  /** Of a long one: as much of the text as it takes in this encoding, and to what ends it; or to the end, if it has blanks itself. */
  #wholeOf(span: Span, text: string, end = /\s/): Span {
    if (this.#share === 1) return span;
    const least = span.start + Math.ceil((span.end - span.start) * this.#share);
    const more = this.#hasBlanks ? -1 : text.slice(least).search(end);
    return { start: span.start, end: more < 0 ? text.length : least + more };
  }
}

/** A text in which secrets are searched for, and all ways to read it. */
export class SearchedText {
  readonly views: readonly TextView[];
  #runs: Base64Runs | undefined;

  constructor(readonly text: string) {
    this.views = layersOf(text);
  }

  /** Extends the span to all of the Base64 text: the neighbouring characters hold some bits of the secret. */
  wholeBase64({ start, end }: Span): Span {
    this.#runs ??= base64Runs(this.text);
    const { starts, ends } = this.#runs;
    return { start: starts[start] ?? start, end: ends[end] ?? end };
  }
}

interface Base64Runs {
  /** For each place, where the Base64 text before it begins. */
  readonly starts: Uint32Array;
  /** For each place, where the Base64 text behind it ends. */
  readonly ends: Uint32Array;
}

/** Once for all that is found: to look around each of them would take the square of the length. */
function base64Runs(text: string): Base64Runs {
  const starts = Uint32Array.from({ length: text.length + 1 }, (_, at) => at);
  const ends = starts.slice();
  for (const { 0: run, index } of text.matchAll(/[\w+/-]*=*/g)) {
    const length = run.replace(/=+$/, '').length;
    starts.fill(index, index, index + length + 1);
    ends.fill(index + run.length, index, index + run.length + 1);
  }
  return { starts, ends };
}

/** Folded, as views are. */
interface Forms {
  readonly plain: readonly string[];
  readonly base64: readonly string[];
  readonly hex: readonly string[];
  readonly numbers: readonly string[];
}

function formsOf(secret: string): Forms {
  const texts = unique([secret, ...escapedForms(secret)]);
  const encoded = secret.length < MIN_ENCODED_LENGTH ? [] : texts.flatMap(bytesOf);
  const plain = layersOf(secret).map(({ bytes }) => bytes);
  return {
    plain: unique([...plain, fold(Buffer.from(secret, 'latin1').toString('latin1'))]).filter(
      ({ length }) => length >= MIN_LENGTH,
    ),
    base64: unique(encoded.flatMap(base64Forms)),
    hex: unique(encoded.map((bytes) => bytes.toString('hex'))),
    numbers: unique(encoded.map((bytes) => bytes.join(','))),
  };
}

/** The secret as a request or a log may have escaped it, before it was encoded as a whole. */
function escapedForms(secret: string): string[] {
  const percent = [formEncode(secret), encodeURIComponent(Buffer.from(secret).toString())];
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    ...percent,
    ...percent.map((form) => form.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase())),
    JSON.stringify(secret).slice(1, -1),
    html,
    html.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ];
}

function bytesOf(text: string): Buffer[] {
  const utf16 = Buffer.from(text, 'utf16le');
  return [Buffer.from(text), Buffer.from(text, 'latin1'), utf16, Buffer.from(utf16).swap16()];
}

/** The Base64 characters that always stand for the secret inside a longer text, for each of three possible offsets. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)];
    return fold(text.slice(from, to));
  });
}

/** Where one of the forms is found, in any of the views as `seen` has it: each place once. */
function findIn(
  views: readonly TextView[],
  forms: readonly string[],
  seen = (view: TextView): TextView => view,
): Span[] {
  const found = new Map<string, Span>();
  for (const view of views)
    for (const form of forms)
      for (const span of seen(view).find(form)) found.set(`${span.start} ${span.end}`, span);
  return [...found.values()];
}

function layersOf(text: string): TextView[] {
  return TextView.of(text).flatMap((view) => view.layers());
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
