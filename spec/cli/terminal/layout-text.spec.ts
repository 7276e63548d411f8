import { expect } from 'chai';
import fc from 'fast-check';
import { columnsOf, wrapText } from '../../../lib/cli/terminal/layout-text.js';

const write = () => undefined;

describe('columnsOf', () => {
  it('is the width of the terminal, from 40 to 100, and without bound for files', () => {
    const widths = [0, 39, 40, 80, 100, 101].map((columns) => columnsOf({ isTTY: true, columns, write }));
    expect(widths).to.deep.equal([80, 40, 40, 80, 100, 100]);
    expect(columnsOf({ columns: 80, write })).to.equal(Number.POSITIVE_INFINITY);
  });
});

describe('wrapText', () => {
  it('breaks between words, exactly at the width', () => {
    expect(wrapText('ab cd ef', 5)).to.equal('ab cd\nef');
    expect(wrapText('ab cd ef', 8)).to.equal('ab cd ef');
    expect(wrapText('ab cd ef', 7, '  ')).to.equal('ab cd\n  ef');
    expect(wrapText('ab cd ef', Number.POSITIVE_INFINITY)).to.equal('ab cd ef');
  });

  it('keeps all words in order, and no line is longer than it must', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 4, max: 40 }),
        fc.constantFrom('', '  '),
        (given, columns, indent) => {
          const lines = wrapText(given.join(' '), columns, indent).split('\n');
          expect(lines.map((line) => line.trim()).join(' ')).to.equal(given.join(' '));
          for (const line of lines) if (line.trim().includes(' ')) expect(line.length).to.be.at.most(columns);
        },
      ),
    );
  });
});
