import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import type { HttpAnswer, HttpRequest } from '../../../lib/http/transport.js';
import { ProofKey } from '../../../lib/oauth/dpop/proof-key.js';
import { ProvedSending } from '../../../lib/oauth/dpop/proved-sending.js';
import { SigningKey } from '../../../lib/oauth/jwt/signing-key.js';

const key = new ProofKey(
  SigningKey.read(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, { option: 'key' }),
);
const claimsOf = ({ headers }: HttpRequest) =>
  JSON.parse(Buffer.from(headers.DPoP?.split('.')[1] ?? '', 'base64url').toString());
const requestTo = (url: string): HttpRequest => ({ url, headers: { Accept: 'a' }, body: 'b' });
const answer = (status: number, body: object, nonce?: string): HttpAnswer => ({
  status,
  body: JSON.stringify(body),
  header: (name) => (name === 'dpop-nonce' ? nonce : undefined),
});
const WANTED = { error: 'use_dpop_nonce' };

describe('ProvedSending', () => {
  let sending: ProvedSending;
  let sent: HttpRequest[];
  beforeEach(() => {
    sending = new ProvedSending();
    sent = [];
  });
  const run = (answers: HttpAnswer[], url = 'https://as.example/token?tenant=1') => {
    let count = 0;
    const again = async () => ({ ...requestTo(url), body: `again ${++count}` });
    return sending.send(key, requestTo(url), again, async (request) => {
      sent.push(request);
      return answers.shift() ?? expect.fail('one sending too many');
    });
  };

  it('adds a proof for the token endpoint, and leaves the rest as it is', async () => {
    const good = answer(200, {});
    expect(await run([good])).to.equal(good);
    expect(sent[0]).to.deep.include({ url: 'https://as.example/token?tenant=1', body: 'b' });
    expect(sent[0]?.headers).to.have.all.keys('Accept', 'DPoP');
    expect(claimsOf(sent[0] as HttpRequest)).to.include({ htm: 'POST', htu: 'https://as.example/token' });
    expect(claimsOf(sent[0] as HttpRequest)).to.not.have.any.keys('nonce', 'ath');
  });

  it('makes the request anew with the nonce that is wanted, once', async () => {
    for (const status of [400, 401]) {
      sent.length = 0;
      const last = answer(status, WANTED, `second ${status}`.replace(' ', '-'));
      expect(await run([answer(status, WANTED, `first-${status}`), last])).to.equal(last);
      expect(sent.map(({ body }) => body)).to.deep.equal(['b', 'again 1']);
      expect(claimsOf(sent[1] as HttpRequest).nonce).to.equal(`first-${status}`);
      expect(claimsOf(sent[1] as HttpRequest).jti).to.not.equal(claimsOf(sent[0] as HttpRequest).jti);
    }
    await run([answer(200, {})]);
    expect(claimsOf(sent.at(-1) as HttpRequest).nonce).to.equal('second-401');
  });

  it('makes what is sent on a new connection anew, too, with a proof of its own', async () => {
    const url = 'https://as.example/token';
    let other: HttpRequest | undefined;
    await sending.send(
      key,
      requestTo(url),
      async () => ({ ...requestTo(url), body: 'anew' }),
      async (request, again) => {
        sent.push(request);
        other = await again();
        return answer(200, {});
      },
    );
    expect(other?.body).to.equal('anew');
    expect(claimsOf(other as HttpRequest).jti).to.not.equal(claimsOf(sent[0] as HttpRequest).jti);
  });

  it('remembers a nonce of any answer, for the origin that said it', async () => {
    await run([answer(200, {}, 'n1')]);
    await run([answer(500, {}, 'n2')]);
    await run([answer(200, {})], 'https://other.example/token');
    await run([answer(200, {})], 'https://as.example/elsewhere');
    expect(sent.map((request) => claimsOf(request).nonce)).to.deep.equal([undefined, 'n1', undefined, 'n2']);
  });

  for (const [what, first] of [
    ['no nonce is told', answer(400, WANTED)],
    ['another error is told with a nonce', answer(400, { error: 'invalid_request' }, 'n1')],
    ['the error comes with a success', answer(200, WANTED, 'n1')],
  ] as const) {
    it(`sends no second time where ${what}`, async () => {
      expect(await run([first])).to.equal(first);
    });
  }

  it('sends each of two a second time that were both told of the nonce', async () => {
    await Promise.all([1, 2].map(() => run([answer(400, WANTED, 'n1'), answer(200, {})])));
    expect(sent.map((request) => claimsOf(request).nonce)).to.deep.equal([undefined, undefined, 'n1', 'n1']);
  });

  it('sends no second time where the nonce is the one that was sent', async () => {
    await run([answer(200, {}, 'n1')]);
    await run([answer(400, WANTED, 'n1')]);
    expect(sent).to.have.length(2);
  });
});
