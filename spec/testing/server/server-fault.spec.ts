import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/index.js';
import { FaultScript, type TokenServerFault } from '../../../lib/testing/server/server-fault.js';

describe('FaultScript', () => {
  const WANTED =
    "fault: must be one of 'hang', 'reset', 'malformed', 'html', or an object such as { status: 503 }";
  const NO_FAULT = 'fault: is none: nothing would fail, or be late.';
  const NONE = { delayMs: 0, answer: undefined };
  const planOf = (fault: TokenServerFault) => {
    const script = new FaultScript();
    script.set(fault);
    return script.next();
  };

  it('has no fault at first', () => {
    expect(new FaultScript().next()).to.deep.equal(NONE);
  });

  it('has one for all that come, until it is cleared', () => {
    const script = new FaultScript();
    script.set('hang');
    expect([script.next(), script.next()].map(({ answer }) => answer)).to.deep.equal(['hang', 'hang']);
    script.clear();
    expect(script.next()).to.deep.equal(NONE);
  });

  it('has a list of them, one for each, and is well then', () => {
    const script = new FaultScript();
    script.set('hang');
    script.set(['reset', 'hang']);
    expect([1, 2, 3].map(() => script.next().answer)).to.deep.equal(['reset', 'hang', undefined]);
    script.set(['reset', 'hang']);
    script.next();
    script.set('reset');
    expect(script.next().answer).to.equal('reset');
    script.set(['hang', 'hang']);
    script.clear();
    expect(script.next()).to.deep.equal(NONE);
  });

  it('has lists in which a request is answered as if nothing were wrong', () => {
    const script = new FaultScript();
    script.set([{}, 'hang', {}]);
    expect([1, 2, 3].map(() => script.next().answer)).to.deep.equal([undefined, 'hang', undefined]);
  });

  for (const [fault, plan] of [
    ['hang', { delayMs: 0, answer: 'hang' }],
    ['reset', { delayMs: 0, answer: 'reset' }],
    [{ delayMs: 50 }, { delayMs: 50, answer: undefined }],
    [{ status: 503 }, { delayMs: 0, answer: { status: 503, headers: {}, body: '' } }],
    [
      { error: 'invalid_client' },
      {
        delayMs: 0,
        answer: { status: 400, headers: {}, body: { error: 'invalid_client', error_description: undefined } },
      },
    ],
    [{ retryAfter: 0 }, { delayMs: 0, answer: { status: 503, headers: { 'Retry-After': '0' }, body: '' } }],
    [
      { status: 429, retryAfter: 7, delayMs: 600_000 },
      { delayMs: 600_000, answer: { status: 429, headers: { 'Retry-After': '7' }, body: '' } },
    ],
    [
      { status: 503, retryAfter: 'Fri, 01 Jan 2027 00:00:00 GMT' },
      {
        delayMs: 0,
        answer: { status: 503, headers: { 'Retry-After': 'Fri, 01 Jan 2027 00:00:00 GMT' }, body: '' },
      },
    ],
    [
      { status: 400, error: 'invalid_scope', errorDescription: 'no' },
      {
        delayMs: 0,
        answer: { status: 400, headers: {}, body: { error: 'invalid_scope', error_description: 'no' } },
      },
    ],
    [
      { status: 599, error: 'server_error' },
      {
        delayMs: 0,
        answer: { status: 599, headers: {}, body: { error: 'server_error', error_description: undefined } },
      },
    ],
  ] as const)
    it(`reads ${JSON.stringify(fault)}`, () => {
      expect(planOf(fault)).to.deep.equal(plan);
    });

  it('has answers that are none', () => {
    const malformed = planOf('malformed').answer as { status: number; body: string; headers: object };
    expect(malformed).to.deep.include({ status: 200, headers: { 'Content-Type': 'application/json' } });
    expect(() => JSON.parse(malformed.body)).to.throw(SyntaxError);
    expect(malformed.body).to.contain('access_token');
    const html = planOf('html').answer as typeof malformed;
    expect(html).to.deep.include({ status: 200, headers: { 'Content-Type': 'text/html' } });
    expect(html.body).to.match(/^<!doctype html>/);
  });

  for (const [fault, words] of [
    [undefined, `${WANTED}; got nothing.`],
    ['burn', "fault: must be one of 'hang', 'reset', 'malformed', 'html'; got a string of 4 characters."],
    [503, `${WANTED}; got 503.`],
    [['hang', 7], `${WANTED}; got 7.`],
    [{ code: 503 }, 'code: is not among the fault fields.'],
    [{}, NO_FAULT],
    [{ status: undefined, delayMs: 0 }, NO_FAULT],
    [[], NO_FAULT],
    [[{}, {}], NO_FAULT],
    [{ status: 199 }, 'status: must be a number from 200 to 599; got 199.'],
    [{ status: 600 }, 'status: must be a number from 200 to 599; got 600.'],
    [{ status: 200.5 }, 'status: must be a whole number; got 200.5.'],
    [{ delayMs: -1 }, 'delayMs: must be a number from 0 to 600000; got -1.'],
    [{ delayMs: 600_001 }, 'delayMs: must be a number'],
    [{ status: 503, retryAfter: {} }, 'retryAfter: must be seconds, or a date as text; got an object.'],
    [{ status: 503, retryAfter: 'a\nb' }, 'retryAfter: must be seconds, or a date as text; got other text.'],
    [{ status: 503, retryAfter: '' }, 'retryAfter: must be seconds, or a date as text; got an empty string.'],
    [{ retryAfter: Number.NaN }, 'retryAfter: must be seconds, or a date as text; got NaN.'],
    [{ status: 400, errorDescription: 'a' }, 'errorDescription: describes an error. Give error, too.'],
    [new Array(1_001), 'fault: must have at most 1000 items; got 1001.'],
    [{ status: 400, error: 7 }, 'error: must be a string; got 7.'],
    [{ status: 400, error: 'a', errorDescription: {} }, 'errorDescription: must be a string; got an object.'],
  ] as const)
    it(`refuses ${JSON.stringify(fault)}, and stays as it was`, () => {
      const script = new FaultScript();
      script.set('hang');
      expect(() => script.set(fault)).to.throw(ConfigurationError, words);
      expect(script.next().answer).to.equal('hang');
    });
});
