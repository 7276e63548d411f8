import { runCommandLine } from '../../lib/cli/main.js';
import type { Ending } from '../../lib/cli/terminal/command-io.js';
import type { TokenServer } from '../../lib/testing.js';

export interface CommandResult {
  readonly ending: Ending;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandSurroundings {
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** Whether its outputs are a terminal of 80 columns. */
  readonly isTTY?: boolean;
}

/** An output that is kept as text. */
export class KeptOutput {
  readonly columns = 80;
  text = '';

  constructor(readonly isTTY = false) {}

  write(text: string): void {
    this.text += text;
  }
}

export async function* inputOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

/** What the command line needs to get a token of this server. */
export function envOf({ tokenEndpoint, clientId, clientSecret }: TokenServer): NodeJS.ProcessEnv {
  return {
    M2M_TOKEN_ENDPOINT: tokenEndpoint,
    M2M_CLIENT_ID: clientId,
    M2M_CLIENT_SECRET: clientSecret,
  };
}

/** Runs `m2m-token` in this process. */
export async function runCommand(
  args: readonly string[],
  { env = {}, stdin = '', isTTY = false }: CommandSurroundings = {},
): Promise<CommandResult> {
  const [stdout, stderr] = [new KeptOutput(isTTY), new KeptOutput(isTTY)];
  const ending = await runCommandLine({ args, env, stdin: inputOf(stdin), stdout, stderr });
  return { ending, stdout: stdout.text, stderr: stderr.text };
}

/** The lines that are longer than a terminal of 80 columns is wide; escape codes have no width. */
export function tooLong(text: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes begin with one.
  return text.split('\n').filter((line) => line.replace(/\u001b\[[\d;]*m/g, '').length > 80);
}
