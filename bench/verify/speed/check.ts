import type { Verify } from '../subject.js';
import type { TokenMaker } from '../tokens.js';

const HOUR_S = 3_600;

/** Figures of somebody who does not look at a part of the token would mean nothing. */
export async function checkThatAllIsVerified(file: string, verify: Verify, maker: TokenMaker): Promise<void> {
  const good = maker.make();
  await verify(good);
  await verify(good);
  const bad = {
    'another signature': maker.forge(good),
    'another issuer': maker.make({ iss: 'https://other.example.com' }),
    'another audience': maker.make({ aud: 'https://other.example.com' }),
    'past its end': maker.make({ exp: Math.floor(Date.now() / 1_000) - HOUR_S }),
  };
  for (const [what, token] of Object.entries(bad)) {
    if (await isAccepted(verify, token)) throw new Error(`${file} accepts a token: ${what}.`);
  }
}

function isAccepted(verify: Verify, token: string): Promise<boolean> {
  return verify(token).then(
    () => true,
    () => false,
  );
}
