import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { TokenProvider } from '../lib/index.js';
import { TokenServer } from '../lib/testing/server/token-server.js';
import * as door from '../lib/testing.js';
import { membersOf } from './support/members.js';

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

  it('is told of on its page: each method, each option', () => {
    const page = readFileSync('docs/testing.md', 'utf8');
    const prototypes = [Object.getPrototypeOf(door.fakeProvider()), TokenServer.prototype];
    const members = prototypes.flatMap((prototype) => Object.getOwnPropertyNames(prototype));
    const own = members.filter((name) => name !== 'constructor' && !(name in TokenProvider.prototype));
    expect(own).to.include.members(['set', 'fail', 'calls', 'counts', 'sign']);
    const options = [
      ...membersOf('lib/testing/fake/fake-token.ts', 'FakeToken'),
      ...membersOf('lib/testing/server/token-server-options.ts', 'TokenServerOptions'),
      ...membersOf('lib/testing/server/server-fault.ts', 'TokenServerFaultAnswer'),
    ].map(({ name }) => name);
    expect(options.length).to.equal(17);
    for (const name of [...own, ...options])
      expect(page, name).to.match(new RegExp(`\\x60[^\\x60\\n]*\\b${name}\\b[^\\x60\\n]*\\x60`));
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
