import { expect } from 'chai';
import { failureWords } from '../../../lib/cli/messages/failure-words.js';

describe('failureWords', () => {
  for (const [message, words] of [
    ['It answered 503. Try again later.', 'It answered 503'],
    ['http://a.example/token answered 401. The usual causes: a.', 'http://a.example/token answered 401'],
    ['No whole answer within 10000 ms (requestTimeoutMs). Is it up?', 'No whole answer within 10000 ms'],
    ['no end', 'no end'],
    ['two\nlines \u001b[2J.', 'two lines \\u001b[2J'],
    ['x'.repeat(300), `${'x'.repeat(200)}…`],
  ] as const) {
    it(`says ${JSON.stringify(words.slice(0, 60))}`, () =>
      expect(failureWords(new Error(message), 'token')).to.equal(words));
  }
});
