/** Where a command writes: a stream, perhaps a terminal. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Where a command reads from. */
export interface Input extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean | undefined;
}

/** What a command has of the process that it runs in. */
export interface CommandIo {
  /** Without the program and its file. */
  readonly args: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly stdin: Input;
  /** For data. */
  readonly stdout: Output;
  /** For messages. */
  readonly stderr: Output;
}

/** How the program ends: by an exit code, or as if by a signal. */
export type Ending = number | NodeJS.Signals;
