import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Whether there is the `script` of util-linux; that of other systems has other options. */
export const HAS_TERMINAL =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

/** What a terminal shows, in one line: without colours and line ends. */
export function shownText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one.
  return text.replace(/\u001b\[[\d;]*m/g, '').replace(/\s+/g, ' ');
}

/** Runs a line of a shell on a terminal of 80 columns and 24 rows, by `script` of util-linux. Gives what the terminal got. */
export async function runInTerminal(
  line: string,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; stdout: string }> {
  const inside = `stty cols 80 rows 24; ${line}`;
  const options = { env: { ...process.env, TERM: 'xterm', ...env }, timeout: 30_000 };
  const run = promisify(execFile)('script', ['-qefc', inside, '/dev/null'], options);
  const { stdout, code } = await run.then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout?: string; code?: number }) => ({ stdout: error.stdout ?? '', code: Number(error.code) }),
  );
  return { code, stdout: stdout.replaceAll('\r\n', '\n') };
}
