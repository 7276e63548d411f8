import { expect } from 'chai';
import { styleFor } from '../../../lib/cli/terminal/style.js';

const TABLE: readonly [isTTY: boolean, env: NodeJS.ProcessEnv, isColoured: boolean][] = [
  [true, {}, true],
  [false, {}, false],
  [true, { TERM: 'dumb' }, false],
  [true, { TERM: 'xterm' }, true],
  [true, { NO_COLOR: '1' }, false],
  // Set, but empty: as if it were not set (https://no-color.org).
  [true, { NO_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { FORCE_COLOR: '' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: 'false' }, false],
  [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
];

describe('styleFor', () => {
  for (const [isTTY, env, isColoured] of TABLE) {
    it(`${isColoured ? 'colours' : 'leaves alone'} ${isTTY ? 'a terminal' : 'a file'} with ${JSON.stringify(env)}`, () => {
      const text = styleFor({ isTTY, write: () => undefined }, env)('x', 'bold', 'red');
      expect(text).to.equal(isColoured ? '\u001b[1;31mx\u001b[0m' : 'x');
    });
  }
});
