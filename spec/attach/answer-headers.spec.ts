import { AxiosHeaders } from 'axios';
import { expect } from 'chai';
import { Headers as UndiciHeaders } from 'undici';
import { type AnswerHeaders, challengeIn, toStandardHeaders } from '../../lib/attach/answer-headers.js';

const forms: readonly [string, (name: string, value: string) => unknown][] = [
  ['Headers', (name, value) => new Headers({ [name]: value })],
  ['Headers of another fetch', (name, value) => new UndiciHeaders({ [name]: value })],
  ['AxiosHeaders', (name, value) => new AxiosHeaders({ [name]: value })],
  ['a record', (name, value) => ({ [name]: value })],
  ['a record of lists', (name, value) => ({ [name]: [value] })],
];

for (const [form, make] of forms) {
  describe(`headers of an answer as ${form}`, () => {
    for (const name of ['www-authenticate', 'WWW-Authenticate']) {
      it(`tell the challenge by the name ${name}`, () => {
        expect(challengeIn(make(name, 'Bearer error=x') as AnswerHeaders)).to.equal('Bearer error=x');
      });
    }

    it('tell no challenge where there is none', () => {
      expect(challengeIn(make('x-a', '1') as AnswerHeaders)).to.equal('');
    });

    it('become standard ones, which are a copy', () => {
      const given = make('X-A', '1') as AnswerHeaders;
      const standard = toStandardHeaders(given);
      standard.set('x-a', '2');
      expect(toStandardHeaders(given).get('x-a')).to.equal('1');
    });
  });
}

describe('challengeIn()', () => {
  it('joins several challenges', () => {
    expect(challengeIn({ 'www-authenticate': ['Basic', 'Bearer error=x'] })).to.equal(
      'Basic, Bearer error=x',
    );
  });

  it('finds none in no headers', () => expect(challengeIn(undefined)).to.equal(''));
});

describe('toStandardHeaders()', () => {
  it('keeps several fields of one name', () => {
    const { getSetCookie } = Headers.prototype;
    const headers = toStandardHeaders({ 'set-cookie': ['a=1', 'b=2'] });
    expect(getSetCookie.call(headers)).to.deep.equal(['a=1', 'b=2']);
  });

  it('leaves out what is not there, and what no server can send', () => {
    const headers = toStandardHeaders({ a: undefined, b: null, c: false, 'd e': '1', f: 'x\ny', g: 0 });
    expect([...headers]).to.deep.equal([['g', '0']]);
  });

  it('makes empty ones of none', () => expect([...toStandardHeaders(undefined)]).to.deep.equal([]));
});
