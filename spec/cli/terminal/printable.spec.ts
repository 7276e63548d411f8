import { expect } from 'chai';
import { printable } from '../../../lib/cli/terminal/printable.js';

const TABLE: readonly [text: string, shown: string][] = [
  ['plain, – ü 😀\nand more', 'plain, – ü 😀\nand more'],
  ['\u001b[31mred', '\\u001b[31mred'],
  ['a\r\tb\u007f\u009b', 'a\\u000d\\u0009b\\u007f\\u009b'],
  ['\u202eevil\u2066', '\\u202eevil\\u2066'],
  ['\ud800\u2028\u{e0041}', '\\ud800\\u2028\\udb40\\udc41'],
];

describe('printable', () => {
  for (const [text, shown] of TABLE) {
    it(`shows ${JSON.stringify(text)} as it can be read`, () => expect(printable(text)).to.equal(shown));
  }
});
