import { isArray } from '../../ground/value-kind.js';

const OF_TOKENS = /tokens?$/i;
/** Shorter texts, and sentences, say something of a token. */
const OPAQUE = /^\S{16,}$/;
/** More of them are not looked for: each search takes its time. */
const MOST = 16;

/** The tokens in an answer, by the names that they have in it, at any depth. */
export function namedTokens(answer: unknown): string[] {
  const found = new Set<string>();
  const open: Member[] = [{ name: '', value: answer, isTop: false }];
  for (let next = open.pop(); next && found.size < MOST; next = open.pop()) {
    if (typeof next.value === 'string' && isToken(next, next.value)) found.add(next.value);
    for (const member of membersOf(next)) open.push(member);
  }
  return [...found];
}

interface Member {
  readonly name: string;
  readonly value: unknown;
  readonly isTop: boolean;
}

function isToken({ name, isTop }: Member, text: string): boolean {
  return (isTop && name === 'access_token') || (OF_TOKENS.test(name) && OPAQUE.test(text));
}

/** What stands in a list has the name of the list. The first ones come last: they are taken from the end. */
function membersOf({ name, value }: Member): Member[] {
  if (typeof value !== 'object' || value === null) return [];
  const isTop = name === '';
  return Object.entries(value)
    .map(([key, member]) => ({ name: isArray(value) ? name : key, value: member, isTop }))
    .reverse();
}
