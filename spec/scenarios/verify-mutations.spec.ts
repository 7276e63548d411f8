import { expect } from 'chai';
import fc from 'fast-check';
import { createVerifier, TokenVerificationError, type Verifier } from '../../lib/verify.js';
import { ApiServer } from '../support/api-server.js';
import { KEY_SETS, makeKeys } from '../support/verify/keys.js';
import { AUDIENCE, ISSUER, Mint } from '../support/verify/mint.js';
import { edits, issueTokens } from '../support/verify/mutations.js';

/** `VERIFY_MUTATIONS=1000000` takes many more, and another seed each time, unless it is given one. */
const { VERIFY_MUTATIONS, VERIFY_SEED } = process.env;
const RUNS = Number(VERIFY_MUTATIONS ?? 5_000);
const SEED = Number(VERIFY_SEED ?? (VERIFY_MUTATIONS ? Date.now() % 2 ** 31 : 20_261_126));

/**
 * A token has one spelling, and what is accepted is what was issued, character for character. Decoders may pass over the bits that the
 * last character of base64url has to spare (RFC 4648 §3.5), over padding and white space: then one signature could be written in many
 * ways, and whoever knows tokens by their text, or by a digest, would take each for a new one.
 */
describe('tokens that were changed on their way', () => {
  const options = {
    issuer: ISSUER,
    audience: AUDIENCE,
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  };
  let server: ApiServer;
  let mint: Mint;
  let verifiers: readonly [warm: Verifier, cold: Verifier];

  before(async () => {
    const keys = await makeKeys();
    mint = new Mint(keys, Math.floor(Date.now() / 1_000));
    server = await ApiServer.start();
    server.answer = (_, response) => response.end(JSON.stringify({ keys: KEY_SETS.usual(keys) }));
    const make = (cacheSize: number) => createVerifier({ ...options, jwksUri: server.origin, cacheSize });
    verifiers = [make(1_000), make(0)];
  });

  after(async () => {
    await Promise.all(verifiers.map((verifier) => verifier.close()));
    await server.stop();
  });

  it(`are never accepted, in ${RUNS.toLocaleString('en')} ways`, async function () {
    this.timeout(0);
    const { good, unfit } = issueTokens(mint);
    const issued = new Set(good);
    const outcomes = new Map<string, number>();
    // Twice, so that each is remembered.
    for (const token of [...good, ...good]) for (const verifier of verifiers) await verifier.verify(token);
    for (const token of unfit)
      for (const verifier of verifiers) expect(await outcomeOf(verifier, token)).to.match(/^ERR_TOKEN_/);

    const anyToken = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...good) },
      { weight: 1, arbitrary: fc.constantFrom(...unfit) },
    );
    const property = fc.asyncProperty(
      anyToken,
      anyToken,
      edits,
      fc.nat(1),
      async (token, other, changes, which) => {
        const changed = changes.reduce((text, change) => change(text, other, mint), token);
        const outcome = await outcomeOf(verifiers[which] as Verifier, changed);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        // Some changes come to nothing, as a part that is taken of a token with the same one.
        const isFit = issued.has(changed) ? outcome === 'accepted' : outcome.startsWith('ERR_TOKEN_');
        if (!isFit) throw new Error(`${outcome}: ${changed}\nmade of ${token}`);
      },
    );
    await fc.assert(property, { numRuns: RUNS, seed: SEED });

    // They came as far as they should.
    const least = (outcome: string, share: number) =>
      expect(outcomes.get(outcome) ?? 0, outcome).to.be.above(RUNS * share);
    least('ERR_TOKEN_SIGNATURE', 0.3);
    least('ERR_TOKEN_MALFORMED', 0.1);
    least('ERR_TOKEN_ALGORITHM', 0.02);
    least('ERR_TOKEN_KEY', 0.005);
    least('accepted', 0.01);
  });
});

/** Its code, or, of an error that is none of ours, all that it says. */
function outcomeOf(verifier: Verifier, token: string): Promise<string> {
  return verifier.verify(token).then(
    () => 'accepted',
    (error: Error) =>
      error instanceof TokenVerificationError && error.httpStatus === 401 ? error.code : String(error.stack),
  );
}
