import type { Stats } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../errors.js';
import { nodeCrypto, nodeFs } from '../runtime/late-modules.js';
import { countOf, kindOf } from '../value-kind.js';

/** Keys, certificates and assertions take a few KiB. */
const MAX_BYTES = 1_048_576;

/** What a file holds, or why that cannot be told. */
export type FileText = { readonly text: string } | { readonly problem: string };

/**
 * A text file that others may replace at any time: by a rename, by writing over it, or, as Kubernetes does, by a symbolic link to
 * another folder. It is read whenever it is needed, and no time stamp is compared: a token request costs a hundred times what
 * reading does, and two versions of a file may well have the same time and size.
 */
export class TextFile {
  /** Absolute. */
  readonly path: string;

  private constructor(absolutePath: string) {
    this.path = absolutePath;
  }

  /**
   * @param file a path, or a URL of the scheme `file:`
   * @throws {ConfigurationError} when it is neither, or there is no such file; it is not repeated, since it may be a secret
   */
  static find(option: string, file: unknown): TextFile {
    const given = pathOf(file);
    if (typeof given !== 'string' || given === '')
      throw new ConfigurationError(option, `must be the path of a file; got ${kindOf(given)}.`);
    const found = new TextFile(path.resolve(given));
    if (nodeFs().existsSync(found.path)) return found;
    const folder = nearestFolder(found.path);
    const rest = countOf(path.relative(folder, found.path));
    throw new ConfigurationError(
      option,
      `names no file: the folder ${folder} is there, the rest of the path (${rest}) is not, or may not be looked at.`,
    );
  }

  /** Names the file where others can read: the SHA-256 of its path, as base64url. */
  get digest(): string {
    return nodeCrypto().createHash('sha256').update(this.path).digest('base64url');
  }

  async read(): Promise<FileText> {
    const { stat, readFile } = nodeFs().promises;
    try {
      const problem = problemOf(await stat(this.path));
      return problem === undefined ? { text: trimmed(await readFile(this.path, 'utf8')) } : { problem };
    } catch (error) {
      return { problem: failureOf(error) };
    }
  }

  /** For the border, where options are checked at once. */
  readNow(): FileText {
    const { statSync, readFileSync } = nodeFs();
    try {
      const problem = problemOf(statSync(this.path));
      return problem === undefined ? { text: trimmed(readFileSync(this.path, 'utf8')) } : { problem };
    } catch (error) {
      return { problem: failureOf(error) };
    }
  }
}

/** A URL may be of another realm, as in Jest, and whatever else is given may throw. */
function pathOf(file: unknown): unknown {
  try {
    const { protocol, href } = file as URL;
    return protocol === 'file:' ? fileURLToPath(href) : file;
  } catch {
    return file;
  }
}

/** Opening a pipe that nobody writes to would never end. */
function problemOf(stats: Stats): string | undefined {
  if (!stats.isFile()) return 'is not a regular file';
  if (stats.size > MAX_BYTES) return `has more than ${MAX_BYTES} bytes`;
  return undefined;
}

/** Only the code: the message of the error repeats the path once more. */
function failureOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return `cannot be read (${code})`;
}

/** `trim()` takes away a byte order mark, too. */
function trimmed(text: string): string {
  return text.trim();
}

function nearestFolder(file: string): string {
  const folder = path.dirname(file);
  return nodeFs().existsSync(folder) ? folder : nearestFolder(folder);
}
