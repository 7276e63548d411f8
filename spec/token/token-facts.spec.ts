import { expect } from 'chai';
import { now } from '../../lib/ground/clock.js';
import { readToken } from '../../lib/oauth/token-response.js';
import { adopt } from '../../lib/sharing/adoption.js';
import type { TokenFacts } from '../../lib/token/token-facts.js';
import { settings } from '../support/settings.js';
import { storedToken } from '../support/stored-token.js';
import { target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

const ANSWER = { access_token: 'token-1', token_type: 'Bearer', expires_in: 600, scope: 'read' };

const read = (fields: object): TokenFacts =>
  readToken(
    { status: 200, body: JSON.stringify(fields), header: () => undefined },
    {
      address: 'https://as.example/token',
      clean: (text) => text,
      hasGivenTokens: true,
      defaultLifetimeMs: 300_000,
      target,
      wallMs: 900_000,
      sentAt: { wall: 900_000, steady: 0 },
    },
  );

/** The two places where facts come from. */
const SOURCES: Readonly<Record<string, () => TokenFacts | undefined>> = {
  'the token endpoint': () => read({ ...ANSWER, refresh_token: 'r', extra: { odd: true } }),
  'a store': () => adopt({ ...storedToken(), extra: 'odd' }, settings(), now(), target)?.facts,
};

describe('TokenFacts', () => {
  let time: VirtualTime;
  beforeEach(() => {
    time = new VirtualTime(1_000_000);
  });
  afterEach(() => time.restore());

  for (const [source, factsOf] of Object.entries(SOURCES)) {
    it(`of ${source} are one frozen object of these fields, and of no others`, () => {
      expect(factsOf()).to.be.frozen.and.deep.equal({
        value: 'token-1',
        tokenType: 'Bearer',
        scope: 'read',
        lifetimeMs: 600_000,
        isLifetimeGuessed: false,
        sentAt: { wall: 900_000, steady: source === 'a store' ? now().steady - 100_000 : 0 },
      });
    });
  }

  it('name a scope only where the server does', () => {
    for (const scope of [undefined, null, 5, [5]])
      expect(read({ ...ANSWER, scope })).to.have.property('scope', undefined);
    expect(adopt(storedToken('t', { scope: undefined }), settings(), now(), target)?.facts).to.have.property(
      'scope',
      undefined,
    );
  });
});
