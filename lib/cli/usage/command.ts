import type { CommandIo, Ending } from '../terminal/command-io.js';

/** An option of a command: what `parseArgs` needs, and what help, manual page and completion tell of it. */
export interface OptionHelp {
  readonly type: 'string' | 'boolean';
  /** What stands for its value; none for a boolean. */
  readonly value?: string;
  readonly text: string;
  /** The only values there are, for completion. */
  readonly choices?: readonly string[];
  /** Whether its value is the name of a file, for completion. */
  readonly isFile?: boolean;
  readonly multiple?: boolean;
  /** The only option with which it does anything, and the value of that. */
  readonly of?: { readonly name: string; readonly value: string | true };
}

export interface Example {
  readonly command: string;
  readonly text: string;
}

/** A command, as help, manual page, completion and the parser of arguments need it. */
export interface CommandHelp {
  readonly name: string;
  /** In one line. */
  readonly summary: string;
  /** Behind the name. */
  readonly arguments?: string;
  /** The words that may stand behind the name. */
  readonly words?: readonly string[];
  readonly description: string;
  /** What whoever uses it has to know: told by help, too. */
  readonly note?: string;
  readonly options: Readonly<Record<string, OptionHelp>>;
  /** Whether it takes the settings of a provider. */
  readonly hasSettings: boolean;
  readonly examples: readonly Example[];
}

/** The values of options, by their names. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** A command line that has been read. */
export interface Invocation {
  readonly values: OptionValues;
  /** Words behind the name that are no options. */
  readonly words: readonly string[];
  /** What stands behind `--`. */
  readonly rest: readonly string[] | undefined;
}

/** Does what a command is for. */
export type CommandAction = (io: CommandIo, invocation: Invocation) => Promise<Ending>;
