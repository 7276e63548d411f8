import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Whether there is the `script` of util-linux; that of other systems has other options. */
export const HAS_TERMINAL =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

/** What a terminal shows, in one line: without colours and line ends. */
export function shownText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one.
  return text.replace(/\u001b\[[\d;]*m/g, '').replace(/\s+/g, ' ');
}

/**
 * Runs a line of a shell on a terminal of 80 columns and 24 rows, by `script` of util-linux. Gives what the terminal got. Types
 * `keys` once `ready` stands there, and tells `watch` what stands there whenever that is more.
 */
export async function runInTerminal(
  line: string,
  env: NodeJS.ProcessEnv,
  keys = '',
  watch: (shown: string) => void = () => undefined,
): Promise<{ code: number | null; stdout: string }> {
  const child = spawn('script', ['-qefc', `stty cols 80 rows 24; ${line}`, '/dev/null'], {
    // `script` runs the shell of the user, and each shell treats Ctrl-C in its own way.
    env: { ...process.env, SHELL: '/bin/sh', TERM: 'xterm', ...env },
  });
  const guard = setTimeout(() => child.kill('SIGKILL'), 30_000);
  let stdout = '';
  let isTyped = keys === '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    watch(stdout);
    if (isTyped || !stdout.includes('ready')) return;
    isTyped = true;
    child.stdin.write(keys);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(guard);
  return { code, stdout: stdout.replaceAll('\r\n', '\n') };
}
