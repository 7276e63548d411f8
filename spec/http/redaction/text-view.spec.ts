import { expect } from 'chai';
import fc from 'fast-check';
import { fold, TextView } from '../../../lib/http/redaction/text-view.js';

const viewOf = (text: string) => TextView.of(text)[0] as TextView;
const layersOf = (text: string) =>
  viewOf(text)
    .layers()
    .map(({ bytes }) => bytes);

describe('TextView', () => {
  it('folds what is the same to those who read it', () => {
    expect(viewOf('Ab 1+2/3 -_').bytes).to.equal('ab-1-2_3--_');
    expect(viewOf('É').bytes).to.equal(Buffer.from('É').toString('latin1'));
    expect(fold('A z/\0\x7f+é')).to.equal('a-z_-é');
  });

  it('leaves out what cannot be seen, or takes it for a blank', () => {
    const text = 'a\u0000\u200b\r\nb\u2028\u202ec\ud800d';
    expect(TextView.of(text).map(({ bytes }) => bytes)).to.deep.equal(['abcd', 'a-b-c-d']);
    expect(TextView.of('a b').length).to.equal(1);
  });

  const table: [string, string, string[]][] = [
    ['nothing', 'a%zz\\u12&x;', []],
    ['octets', '%41%c3%A9', ['a\u00c3\u00a9']],
    ['an octet of an octet', '%2541', ['%41', 'a']],
    ['octets of five layers', '%2525252541', ['%25252541', '%252541', '%2541', '%41']],
    ['JSON', 'a\\"\\\\\\/\\n\\u0041', ['a"\\_a', 'a"_a']],
    ['two units of one character', '\\ud83d\\ude00', [Buffer.from('😀').toString('latin1')]],
    ['escapes of scripts', '\\x41\\u0042', ['ab']],
    [
      'HTML',
      '&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#x1F600;',
      [`&<>"'ab${Buffer.from('😀').toString('latin1')}`],
    ],
    ['a number that is no character', '&#x110000;a', ['a']],
  ];
  for (const [what, text, decoded] of table) {
    it(`takes away layers of encoding: ${what}`, () =>
      expect(layersOf(text).slice(1)).to.deep.equal(decoded));
  }

  it('knows where in the text each byte stands, through all layers', () => {
    const text = 'x\u200b %2526amp;\\u00e9 é&#x2f; y';
    const layers = viewOf(text).layers();
    const spansOf = (bytes: string) =>
      layers.flatMap((view) => view.find(bytes)).map(({ start, end }) => text.slice(start, end));
    expect(spansOf('y')).to.deep.equal(layers.map(() => 'y'));
    expect(spansOf('\u00c3\u00a9-_')).to.deep.equal([]);
    expect(new Set(spansOf('\u00c3\u00a9_'))).to.deep.equal(new Set(['é&#x2f;']));
    expect(new Set(spansOf('\u00c3\u00a9-\u00c3'))).to.deep.equal(new Set(['\\u00e9 é']));
    expect(spansOf('%26')).to.include('%2526');
  });

  it('reads a long text in fewer ways, whatever is in it', () => {
    const unit = '%2525%255cu0025\\\\x25&amp;#37;41&amp;amp;';
    for (const times of [1, 10, 100, 1_000, 2_500]) {
      const views = TextView.of(unit.repeat(times)).flatMap((view) => view.layers());
      const read = views.reduce((sum, { bytes }) => sum + bytes.length, 0);
      expect(read, `${times}`).to.be.at.most(Math.max(100_000, 5 * unit.length * times));
      expect(views.length).to.be.within(2, 40);
    }
  });

  it('can leave out more', () => {
    const view = viewOf('7A:7b, 0x7C').withoutSigns;
    expect(view.bytes).to.equal('7a7b7c');
    expect(view.find('7b7c')).to.deep.equal([{ start: 3, end: 11 }]);
  });

  it('finds each character of any text where it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        for (const view of viewOf(text).layers()) {
          for (const byte of new Set(view.bytes)) {
            for (const { start, end } of view.find(byte)) {
              expect(start).to.be.below(end);
              expect(end).to.be.at.most(text.length);
            }
          }
        }
      }),
    );
  });
});
