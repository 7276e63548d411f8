import { expect } from 'chai';
import fc from 'fast-check';
import { Origins } from '../../lib/attach/origins.js';
import { WithheldNotice } from '../../lib/attach/withheld-notice.js';
import { warningsOf } from '../support/warnings.js';

const ALLOWED = 'https://api.example';
const messagesOf = async (work: (notice: WithheldNotice) => void, origins: readonly string[] = [ALLOWED]) =>
  (await warningsOf(() => work(new WithheldNotice(new Origins(origins))))).map(({ message }) => message);

describe('WithheldNotice', () => {
  it('names the address and the origins, once', async () => {
    const notice = new WithheldNotice(new Origins([ALLOWED, 'http://127.0.0.1:80']));
    const warnings = await warningsOf(() => {
      for (const address of ['http://api.example/x', 'https://other.example']) notice.tell(address);
    });
    expect(warnings.map(({ name, code, message }) => [name, code, message])).to.deep.equal([
      [
        'TokenProviderWarning',
        'TOKEN_PROVIDER_NOT_ATTACHED',
        'A request to http://api.example carried no token. Tokens go to https://api.example, http://127.0.0.1:80 ' +
          "alone. If it should carry one, add its origin to the option 'origins'.",
      ],
    ]);
  });

  it('tells nothing once a token was carried', async () => {
    const messages = await messagesOf((notice) => {
      notice.close();
      notice.tell('https://other.example');
    });
    expect(messages).to.deep.equal([]);
  });

  it('tells nothing of an allowed origin with credentials in its address, and goes on looking', async () => {
    const messages = await messagesOf((notice) => {
      for (const address of [
        'https://a:b@api.example/x',
        'https://a@api.example',
        'https://a:b@other.example',
      ])
        notice.tell(address);
    });
    expect(messages).to.have.length(1);
    expect(messages[0]).to.contain('A request to https://other.example carried');
  });

  for (const [address, shown] of [
    ['https://user:pass@other.example:444/path?query#hash', 'https://other.example:444'],
    ['HTTPS://OTHER.example:443', 'https://other.example'],
    ['ftp://other.example/x', 'ftp://other.example'],
    ['data:text/plain,secret', 'data:'],
    ['/path', 'an address that is no absolute URL'],
    ['', 'an address that is no absolute URL'],
    [`https://${'a'.repeat(10_000)}/`, `https://${'a'.repeat(272)}…`],
  ] as const) {
    it(`shows ${address.slice(0, 60)} as ${shown.slice(0, 60)}`, async () => {
      const [message] = await messagesOf((notice) => notice.tell(address));
      expect(message).to.contain(`A request to ${shown} carried no token.`);
    });
  }

  it('counts origins beyond the tenth', async () => {
    const origins = Array.from({ length: 12 }, (_, index) => `https://a${index}.example`);
    const [message] = await messagesOf((notice) => notice.tell('x'), origins);
    expect(message).to.contain('https://a9.example and 2 more alone.').and.not.contain('a10');
  });

  it('is short, and without control characters, whatever the address', async () => {
    const address = fc.tuple(fc.constantFrom('https://', 'x://', '', 'http:'), fc.string({ unit: 'binary' }));
    const property = fc.asyncProperty(address, async (parts) => {
      for (const message of await messagesOf((notice) => notice.tell(parts.join('')))) {
        expect(message).to.not.match(/\p{Cc}/u);
        expect(message.length).to.be.below(500);
      }
    });
    await fc.assert(property, { numRuns: 500 });
  });
});
