/**
 * A new process that notes which files are loaded, before the first token request and by it. Prints them as JSON.
 * Argument: the wiring.
 */
import { Session } from 'node:inspector';
import { openSubject, type Wiring } from './open-subject.js';

export interface LoadedFiles {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

const loaded = new Set<string>();
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params: { url } }) => {
  if (url.startsWith('file:')) loaded.add(url);
});
session.post('Debugger.enable');
const known = loaded.size;

const client = await openSubject(JSON.parse(process.argv[2] ?? '') as Wiring);
// For whatever loads something by itself.
await new Promise((resolve) => setTimeout(resolve, 100));
// The first is the subject's own.
const before = [...loaded].slice(known + 1);
await client.getToken();
const after = [...loaded].slice(known + 1 + before.length);
console.log(JSON.stringify({ before, after } satisfies LoadedFiles));
process.exit();
