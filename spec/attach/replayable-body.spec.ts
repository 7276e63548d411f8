import { PassThrough, Readable } from 'node:stream';
import { expect } from 'chai';
import { FormData as UndiciFormData } from 'undici';
import { isReplayable } from '../../lib/attach/replayable-body.js';

describe('isReplayable()', () => {
  const piped = Object.assign(Object.create({ [Symbol.toStringTag]: 'FormData' }), { pipe: () => undefined });
  const table: readonly [string, unknown, boolean][] = [
    ['nothing', undefined, true],
    ['null', null, true],
    ['text', 'text', true],
    ['no text', '', true],
    ['a Buffer', Buffer.from('a'), true],
    ['a typed array', new Uint16Array(1), true],
    ['a DataView', new DataView(new ArrayBuffer(1)), true],
    ['an ArrayBuffer', new ArrayBuffer(1), true],
    ['parameters', new URLSearchParams('a=1'), true],
    ['a form', new FormData(), true],
    ['a form of undici', new UndiciFormData(), true],
    ['a blob', new Blob(['a']), true],
    ['a stream', new PassThrough(), false],
    ['a web stream', Readable.toWeb(Readable.from(['a'])), false],
    ['an iterator', ['a'].values(), false],
    ['a form of the package form-data', piped, false],
    ['whatever else', { a: 1 }, false],
  ];
  for (const [kind, body, expected] of table) {
    it(`${expected ? 'takes' : 'does not take'} ${kind}`, () => {
      expect(isReplayable(body)).to.equal(expected);
    });
  }
});
