import { readFileSync } from 'node:fs';

/** A member of an interface, with the default that its doc block names. */
export interface Member {
  readonly name: string;
  /** As it is written, in code or in words; `undefined` where the doc block names none. */
  readonly statedDefault: string | undefined;
}

/** The members that an interface declares itself. */
export function membersOf(file: string, name: string): Member[] {
  const source = readFileSync(file, 'utf8');
  const [, body] = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(source) ?? [];
  if (body === undefined) throw new Error(`${file} has no interface ${name}`);
  return body
    .split(/;\n/)
    .map((text) => /^(.*?)^ {2}readonly (\w+)\??:/ms.exec(`\n${text}`))
    .filter((match) => match !== null)
    .map(([, doc = '', name = '']) => ({ name, statedDefault: statedDefault(doc) }));
}

function statedDefault(doc: string): string | undefined {
  const text = doc.replace(/\s*\n\s*\*? ?/g, ' ');
  const [, code, words] = /\bDefault:? (?:`([^`]+)`|([^:;`]*?)[.;:,](?: |$))/.exec(text) ?? [];
  return code ?? words;
}
