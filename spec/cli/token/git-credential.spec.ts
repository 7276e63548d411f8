import { expect } from 'chai';
import { gitCredential, readGitRequest } from '../../../lib/cli/token/git-credential.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { inputOf, KeptOutput } from '../../support/command.js';
import { rejection } from '../../support/rejection.js';

const output = new KeptOutput();
const ask = (
  stdin: string,
  words: string[] = ['get'],
  host: readonly string[] = ['git.example.com'],
  more = {},
) => {
  const io = { args: [], env: {}, stdin: inputOf(stdin), stdout: output, stderr: output };
  return readGitRequest(io, { values: { host, ...more }, words });
};
const OWN = 'protocol=https\nhost=git.example.com\n';

describe('the credential for git', () => {
  it('is given for a host that may get it, by https', async () => {
    expect(await ask(`${OWN}\n`)).to.deep.equal({ takesBearer: false, username: undefined });
    expect(await ask(`${OWN}username=me\ncapability[]=authtype\n`)).to.deep.equal({
      takesBearer: true,
      username: 'me',
    });
    expect(await ask('protocol=http\nhost=localhost:80\n', ['get'], ['localhost:80'])).to.not.equal(
      undefined,
    );
  });

  const refused: readonly [why: string, stdin: string, word: string][] = [
    ['another host', 'protocol=https\nhost=evil.example\n', 'get'],
    ['another port', 'protocol=https\nhost=git.example.com:8443\n', 'get'],
    ['a host that ends alike', 'protocol=https\nhost=x.git.example.com\n', 'get'],
    ['plain http', 'protocol=http\nhost=git.example.com\n', 'get'],
    ['no host', 'protocol=https\n', 'get'],
    ['no word of ours', '', 'get'],
    ['what is to be stored', OWN, 'store'],
    ['what is to be erased', OWN, 'erase'],
    ['an operation of later versions', OWN, 'capability'],
  ];
  for (const [why, stdin, word] of refused) {
    it(`is not given for ${why}`, async () => expect(await ask(stdin, [word])).to.equal(undefined));
  }

  it('wants to know who may get it, and one word', async () => {
    expect((await rejection(ask(OWN, ['get'], []))).message).to.match(/^--host: is missing/);
    for (const words of [[], ['get', 'more']])
      expect((await rejection(ask(OWN, words))).message).to.match(/^--output git is for git/);
  });

  for (const host of [
    'https://git.example.com',
    'git.example.com/',
    'me@git.example.com',
    'git.example.com:',
    '*.example.com',
    '',
  ]) {
    it(`refuses a host that could match none: ${host}`, async () => {
      const { message } = await rejection(ask(OWN, ['get'], ['git.example.com', host]));
      expect(message).to.match(/^--host: must be a host, perhaps with a port/);
    });
  }

  it('takes addresses as hosts, too', async () => {
    const line = 'protocol=http\nhost=[::1]:80\n';
    expect(await ask(line, ['get'], ['[::1]:80', '127.0.0.1'])).to.not.equal(undefined);
  });

  it('leaves standard input to git', async () => {
    const { message } = await rejection(ask(OWN, ['get'], ['git.example.com'], { 'secret-file': '-' }));
    expect(message).to.equal('--secret-file: git itself writes to standard input. Name a file.');
  });

  const token = new AccessToken('abc', {
    tokenType: 'Bearer',
    scope: undefined,
    issuedAt: 0,
    dueAt: 1_000,
    expiresAt: 2_999,
  });
  const lines = (takesBearer: boolean, username?: string) =>
    gitCredential(token, { takesBearer, username }).split('\n');

  it('is a password, and for a git that can take it a token, with its end', () => {
    expect(lines(false)).to.deep.equal(['username=oauth2', 'password=abc', 'password_expiry_utc=2', '']);
    expect(lines(false, 'me')[0]).to.equal('username=me');
    expect(lines(true)).to.deep.equal([
      'capability[]=authtype',
      'authtype=Bearer',
      'credential=abc',
      'ephemeral=1',
      'password_expiry_utc=2',
      '',
    ]);
  });
});
