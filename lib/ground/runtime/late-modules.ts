import type * as Crypto from 'node:crypto';
import type * as Fs from 'node:fs';

/**
 * Modules of Node.js that only calls of an authenticator need: the first such call loads them. With the streams that both bring along, they
 * took about a third of the time that `/client-auth` takes to import. An `import` of theirs would be early, or give a promise, and options
 * are checked at once. Files that come with the main entry alone import them as usual: that entry needs them in any case.
 */
export function nodeCrypto(): typeof Crypto {
  return process.getBuiltinModule('node:crypto');
}

export function nodeFs(): typeof Fs {
  return process.getBuiltinModule('node:fs');
}
