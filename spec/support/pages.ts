import { readdirSync, readFileSync } from 'node:fs';

/** The pages that are published, by their paths from the project's root. */
export const PAGES: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

/** A block of code of a page. */
export interface Sample {
  /** What stands behind the fence: `js`, `sh`. */
  readonly language: string;
  /** What stands behind the language: how it is to be run. */
  readonly tag: string;
  readonly code: string;
  /** What its comments say it prints. */
  readonly prints: readonly string[];
}

export function readPage(page: string): string {
  return readFileSync(page, 'utf8');
}

export function samplesOf(page: string): Sample[] {
  return [...readPage(page).matchAll(/^```(\w+)(?: (\w+))?\n(.*?)^```$/gms)].map(
    ([, language = '', tag = '', code = '']) => ({
      language,
      tag,
      code,
      prints: [...code.matchAll(/\/\/ prints: (.+)$/gm)].map(([, words = '']) => words),
    }),
  );
}

/** The cells of all rows of tables between a heading and the next one of its level, or of the whole page; without the first rows. */
export function rowsOf(page: string, heading?: string): string[][] {
  const lines = sectionOf(page, heading).split('\n');
  const isBody = (line: string, index: number) =>
    line.startsWith('|') && !/^\|[\s|:-]+\|$/.test(line) && !/^\|[\s|:-]+\|$/.test(lines[index + 1] ?? '');
  return lines.filter(isBody).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function sectionOf(page: string, heading?: string): string {
  const text = readPage(page);
  if (heading === undefined) return text;
  const [, section] = text.split(`\n## ${heading}\n`);
  if (section === undefined) throw new Error(`${page} has no section ${heading}`);
  return section.split('\n## ')[0] ?? '';
}

/** The word in code that a cell begins with; empty if it begins otherwise. */
export function nameIn(cell = ''): string {
  return /^`([\w.]+)/.exec(cell)?.[1] ?? '';
}

/** The targets of all links and pictures. */
export function linksOf(page: string): string[] {
  const text = withoutCode(readPage(page));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
}

/** What can stand behind `#` in a link to the page: made of its headings, as GitHub makes it. */
export function anchorsOf(page: string): string[] {
  const headings = [...withoutCode(readPage(page)).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
  return headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}
