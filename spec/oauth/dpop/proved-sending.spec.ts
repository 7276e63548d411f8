import { expect } from 'chai';
import type { HttpAnswer, HttpRequest } from '../../../lib/http/transport.js';
import { ProvedSending } from '../../../lib/oauth/dpop/proved-sending.js';
import { claimsOf, makeProofKey, verifyProof } from '../../support/proof-keys.js';

const here = 'https://as.example/token?tenant=1';
const there = 'https://other.example/token';

/** An answer of this status and OAuth error, with this nonce in its header. */
const answer = (status: number, error?: string, nonce?: string): HttpAnswer => ({
  status,
  body: error === undefined ? '{"access_token":"t"}' : JSON.stringify({ error }),
  header: (name) => (name === 'dpop-nonce' ? nonce : undefined),
});
const wanting = (nonce?: string, status = 400) => answer(status, 'use_dpop_nonce', nonce);

describe('ProvedSending', () => {
  const key = makeProofKey();
  let sending: ProvedSending;
  let sent: HttpRequest[];
  let made: number;
  beforeEach(() => {
    sending = new ProvedSending();
    sent = [];
    made = 0;
  });
  const request = (url: string): HttpRequest => ({
    url,
    headers: { Authorization: 'Basic x' },
    body: `${made}`,
  });
  /** Sends one request, to which these answers come in turn. */
  const send = (answers: (HttpAnswer | Promise<HttpAnswer>)[], url = here) =>
    sending.send(
      key,
      request(url),
      async () => {
        made += 1;
        return request(url);
      },
      async (one) => {
        sent.push(one);
        const next = answers.shift();
        if (!next) throw new Error('One request too many.');
        return next;
      },
    );
  const nonces = () => sent.map(({ headers }) => claimsOf(headers.DPoP).nonce);

  it('adds a proof to the request, and changes nothing else of it', async () => {
    const good = answer(200);
    expect(await send([good])).to.equal(good);
    const [{ headers, ...others } = request('')] = sent;
    expect(others).to.deep.equal({ url: here, body: '0' });
    expect(headers).to.have.all.keys('Authorization', 'DPoP');
    const { payload } = await verifyProof(headers.DPoP);
    expect(payload).to.include({ htm: 'POST', htu: 'https://as.example/token' }).and.not.have.property('ath');
  });

  it('sends a request that is made anew once more where a nonce is wanted', async () => {
    for (const status of [400, 401]) {
      const good = answer(200);
      expect(await send([wanting(`n-${status}`, status), good])).to.equal(good);
    }
    expect(nonces()).to.deep.equal([undefined, 'n-400', 'n-400', 'n-401']);
    expect(sent.map(({ body }) => body)).to.deep.equal(['0', '1', '1', '2']);
    expect(new Set(sent.map(({ headers }) => claimsOf(headers.DPoP).jti)).size).to.equal(4);
  });

  it('uses what a good answer brings for the next request', async () => {
    await send([answer(200, undefined, 'n-1')]);
    await send([answer(200)]);
    await send([answer(200)]);
    expect(nonces()).to.deep.equal([undefined, 'n-1', 'n-1']);
  });

  it('gives a second demand to the caller, and uses its nonce the next time', async () => {
    const second = wanting('n-2');
    expect(await send([wanting('n-1'), second])).to.equal(second);
    await send([answer(200)]);
    expect(nonces()).to.deep.equal([undefined, 'n-1', 'n-2']);
  });

  it('sends no second time where the server wants the nonce that it was sent', async () => {
    await send([answer(200, undefined, 'n-1')]);
    const same = wanting('n-1');
    expect(await send([same])).to.equal(same);
    expect(sent).to.have.length(2);
  });

  for (const [what, first] of [
    ['wants a nonce, and names none', wanting()],
    ['names one that no header can carry', wanting('a b')],
    ['says something else', answer(400, 'invalid_dpop_proof', 'n-1')],
    ['succeeds with such a word', answer(200, 'use_dpop_nonce', 'n-1')],
    ['says so without OAuth', { ...wanting('n-1'), body: 'use_dpop_nonce' }],
  ] as const) {
    it(`sends no second time where the server ${what}`, async () => {
      expect(await send([first])).to.equal(first);
      expect([sent.length, made]).to.deep.equal([1, 0]);
    });
  }

  it('reads the word as other servers spell it', async () => {
    await send([answer(400, 'USE-DPOP-NONCE', 'n-1'), answer(200)]);
    expect(nonces()).to.deep.equal([undefined, 'n-1']);
  });

  it('serves all that are under way when a nonce is asked for, though it is new to the first of them alone', async () => {
    // None of them has an answer before all are sent.
    const all = [1, 2, 3].map(() => send([Promise.resolve(wanting('n-1')), answer(200)]));
    expect((await Promise.all(all)).map(({ status }) => status)).to.deep.equal([200, 200, 200]);
    expect(nonces()).to.deep.equal([undefined, undefined, undefined, 'n-1', 'n-1', 'n-1']);
  });

  it('repeats what it was told itself, though another client is told something else meanwhile', async () => {
    // Each is made anew for a while: by then the answer to the other has come.
    await Promise.all(['n-1', 'n-2'].map((nonce) => send([Promise.resolve(wanting(nonce)), answer(200)])));
    expect(nonces()).to.deep.equal([undefined, undefined, 'n-1', 'n-2']);
  });

  it('tells each server its own alone', async () => {
    await send([wanting('n-here'), answer(200)]);
    await send([answer(200, undefined, 'n-there')], there);
    await send([answer(200)]);
    await send([answer(200)], there);
    expect(nonces()).to.deep.equal([undefined, 'n-here', undefined, 'n-here', 'n-there']);
  });

  it('makes a new proof where the transport has to send once more', async () => {
    const proofs: (string | undefined)[] = [];
    await sending.send(
      key,
      request(here),
      async () => request(here),
      async (one, again) => {
        proofs.push(one.headers.DPoP, (await again()).headers.DPoP);
        return answer(200);
      },
    );
    expect(claimsOf(proofs[0]).jti).to.not.equal(claimsOf(proofs[1]).jti);
  });

  it('passes on why a request could not be sent', async () => {
    const error = await send([Promise.reject(new Error('reset'))]).catch((thrown: Error) => thrown);
    expect(error).to.have.property('message', 'reset');
  });
});
