import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { TokenProvider } from '../lib/index.js';
import type { TokenServer } from '../lib/testing.js';
import * as door from '../lib/testing.js';

/** The files that importing this one loads at once, or later. */
function graphOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, specifier = ''] of text.matchAll(/(?:from |import\()'(\.[^']+)\.js'/g))
    if (!specifier.endsWith('axios-core')) graphOf(`${path.join(path.dirname(file), specifier)}.ts`, seen);
  return seen;
}

describe('the door /testing', () => {
  it('exports these, besides types', () => {
    expect(Object.keys(door).sort()).to.deep.equal([
      'fakeProvider',
      'startTokenServer',
      'tokenStoreContract',
    ]);
  });

  it('makes a provider of the options', async () => {
    expect(await door.fakeProvider({ token: 'abc' }).getToken()).to.equal('abc');
    expect(await door.fakeProvider().getToken()).to.equal('fake-token');
    const fake: TokenProvider = door.fakeProvider();
    expect(fake).to.be.instanceOf(TokenProvider);
  });

  it('starts a server', async () => {
    await using server = await door.startTokenServer({ clientId: 'a' });
    const { clientId }: TokenServer = server;
    expect(clientId).to.equal('a');
  });

  it('is loaded by none of the other doors', () => {
    for (const entry of ['index', 'fetch', 'undici', 'redis', 'verify']) {
      const graph = [...graphOf(`lib/${entry}.ts`)];
      expect(graph.length).to.be.above(3);
      expect(graph.filter((file) => file.startsWith('lib/testing'))).to.deep.equal([]);
    }
    expect([...graphOf('lib/testing.ts')]).to.include('lib/testing/store/token-store-contract.ts');
  });
});
