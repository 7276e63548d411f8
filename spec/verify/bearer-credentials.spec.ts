import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { type RequestLike, readBearer } from '../../lib/verify/bearer-credentials.js';
import type { TokenVerificationError } from '../../lib/verify/verification-error.js';

type Outcome = { token: string } | { code: string; message: string };

function outcome(request: RequestLike): Outcome {
  try {
    return { token: readBearer(request) };
  } catch (error) {
    const { code, message } = error as TokenVerificationError;
    return { code, message };
  }
}

const node = (authorization?: string | string[]) => ({
  headers: { host: 'api.example', ...(authorization === undefined ? {} : { authorization }) },
});
const web = (...values: string[]) => {
  const headers = new Headers();
  for (const value of values) headers.append('Authorization', value);
  return { headers };
};
const MISSING = { code: 'ERR_TOKEN_MISSING', message: 'The request has no bearer token.' };
const SEVERAL = { code: 'ERR_REQUEST_MALFORMED', message: 'The request has several Authorization headers.' };
const ODD = {
  code: 'ERR_REQUEST_MALFORMED',
  message: 'The request has an Authorization header that holds not one token.',
};

describe('readBearer', () => {
  for (const [kind, make] of [
    ['fetch', web],
    ['Node.js', node],
  ] as const) {
    describe(`of a request of ${kind}`, () => {
      it('gives the token', () => {
        expect(outcome(make('Bearer t1'))).to.deep.equal({ token: 't1' });
      });

      it('takes the scheme in any case, and blanks around the token', () => {
        for (const value of ['bearer t1', 'BEARER t1', 'bEaReR t1', 'Bearer   t1', 'Bearer t1   '])
          expect(outcome(make(value)), value).to.deep.equal({ token: 't1' });
      });

      it('takes all characters of RFC 6750 §2.1', () => {
        const token = 'azAZ09-._~+/==';
        expect(outcome(make(`Bearer ${token}`))).to.deep.equal({ token });
      });

      it('finds none where there is no header, or another scheme', () => {
        expect(outcome(make())).to.deep.equal(MISSING);
        for (const value of ['', 'Basic dTpw', 'DPoP t1', 'Bearert1', 'Bearer=t1', 't1', 'Basic Bearer t1'])
          expect(outcome(make(value)), value).to.deep.equal(MISSING);
      });

      it('finds more, or less, than one token odd', () => {
        for (const value of [
          'Bearer',
          'Bearer ',
          'Bearer t1 t2',
          'Bearer t1, Bearer t2',
          'Bearer t1,t2',
          'Bearer t1, Basic dTpw',
          'Bearer t1;',
          'Bearer "t1"',
          'Bearer t=1',
          'Bearer =',
          'Bearer\tt1',
          'Bearer tö',
        ])
          expect(outcome(make(value)), value).to.deep.equal(ODD);
      });
    });
  }

  it('reads any headers with a get()', () => {
    const get = (name: string) => (name.toLowerCase() === 'authorization' ? 'Bearer t1' : null);
    expect(outcome({ headers: { get } })).to.deep.equal({ token: 't1' });
    expect(
      outcome(new Request('https://api.example', { headers: { authorization: 'Bearer t1' } })),
    ).to.deep.equal({
      token: 't1',
    });
  });

  it('takes a header of the name get for a header', () => {
    expect(outcome({ headers: { get: 'x', authorization: 'Bearer t1' } })).to.deep.equal({ token: 't1' });
  });

  it('finds doubles of fetch, which come joined', () => {
    expect(outcome(web('Bearer t1', 'Bearer t2'))).to.deep.equal(ODD);
  });

  it('finds doubles in what Node.js has come with, in whatever case', () => {
    const raw = (...rawHeaders: string[]) => ({ ...node('Bearer t1'), rawHeaders });
    expect(outcome(raw('Authorization', 'Bearer t1', 'AUTHORIZATION', 'Bearer t2'))).to.deep.equal(SEVERAL);
    expect(outcome(raw('authorization', 'Bearer t1', 'X', 'y', 'authorization', 'Bearer t1'))).to.deep.equal(
      SEVERAL,
    );
    expect(outcome(node(['Bearer t1', 'Bearer t2']))).to.deep.equal(SEVERAL);
    expect(outcome(node(['Bearer t1']))).to.deep.equal({ token: 't1' });
    expect(outcome(node([]))).to.deep.equal(MISSING);
    // A value of that name is no header of that name.
    expect(
      outcome(raw('X', 'authorization', 'Authorization', 'Bearer t1', 'Y', 'authorization')),
    ).to.deep.equal({
      token: 't1',
    });
  });

  it('believes what an application has put into the headers, where nothing came twice', () => {
    expect(outcome({ ...node('Bearer t2'), rawHeaders: ['Authorization', 'Bearer t1'] })).to.deep.equal({
      token: 't2',
    });
    expect(outcome({ ...node(), rawHeaders: ['Authorization', 'Bearer t1'] })).to.deep.equal(MISSING);
  });

  it('finds doubles on a real connection', async () => {
    const found: Outcome[] = [];
    const server = http.createServer((request: IncomingMessage, response) => {
      found.push(outcome(request));
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const send = (lines: string[]) =>
      new Promise<void>((resolve, reject) => {
        const socket = net.connect(port, '127.0.0.1', () =>
          socket.end(['GET / HTTP/1.1', 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n')),
        );
        socket
          .on('error', reject)
          .on('close', () => resolve())
          .resume();
      });
    try {
      await send(['Authorization: Bearer t1']);
      await send(['Authorization: Bearer t1', 'authorization: Bearer t2']);
      await send([]);
      expect(found).to.deep.equal([{ token: 't1' }, SEVERAL, MISSING]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('gives what was sent, or throws its own error without it, whatever comes', () => {
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }).map((text) => `Bearer ${text}`),
    );
    fc.assert(
      fc.property(value, (text) => {
        const found = outcome(node(text));
        if ('token' in found) expect(text.replace(/^bearer +/i, '').trimEnd()).to.equal(found.token);
        else expect([MISSING, ODD]).to.deep.include(found);
      }),
    );
  });

  it('takes no time over long values', () => {
    const startedAt = performance.now();
    for (const value of [
      `Bearer ${' '.repeat(100_000)}`,
      `Bearer ${'='.repeat(100_000)}`,
      `Bearer ${'a='.repeat(50_000)}`,
    ])
      expect(outcome(node(value))).to.deep.equal(ODD);
    expect(performance.now() - startedAt).to.be.below(2_000);
  });
});
