import { expect } from 'chai';
import { describeBody, readJsonObject } from '../../lib/http/answer-body.js';

const answer = (body: string, contentType?: string) => ({
  status: 200,
  body,
  header: (name: string) => (name === 'content-type' ? contentType : undefined),
});

describe('answer body', () => {
  it('is read when it is a JSON object, and never throws otherwise', () => {
    for (const mark of ['', '\uFEFF']) expect(readJsonObject(`${mark}{"a":1}`)).to.deep.equal({ a: 1 });
    for (const body of ['', '[]', 'null', '"x"', '1', '{', '<html>'])
      expect(readJsonObject(body)).to.equal(undefined);
  });

  it('is described without being repeated', () => {
    expect(describeBody(answer(' \n'))).to.equal('an empty body');
    expect(describeBody(answer('x', 'text/html; charset=utf-8'))).to.equal('an HTML page');
    expect(describeBody(answer(' <!DOCTYPE html>'))).to.equal('an HTML page');
    expect(describeBody(answer('{"a":1}'))).to.equal('JSON');
    expect(describeBody(answer('[1]', 'application/json'))).to.equal('no JSON object');
    expect(describeBody(answer('not <html>'))).to.equal('no JSON object');
  });
});
