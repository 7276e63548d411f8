import type * as Crypto from 'node:crypto';
import type * as Fs from 'node:fs';
import type * as Http from 'node:http';
import type * as Https from 'node:https';
import type * as Stream from 'node:stream';

/**
 * Modules of Node.js that take long to load, and that an import alone does not need: the first call that needs one loads it. An `import`
 * of theirs would be early, or give a promise, and options are checked at once. Files that come with the first token alone import them as
 * usual.
 */
export function nodeCrypto(): typeof Crypto {
  return process.getBuiltinModule('node:crypto');
}

export function nodeFs(): typeof Fs {
  return process.getBuiltinModule('node:fs');
}

export function nodeHttp(): typeof Http {
  return process.getBuiltinModule('node:http');
}

export function nodeHttps(): typeof Https {
  return process.getBuiltinModule('node:https');
}

export function nodeStream(): Pick<typeof Stream, 'Readable'> {
  return process.getBuiltinModule('node:stream');
}
