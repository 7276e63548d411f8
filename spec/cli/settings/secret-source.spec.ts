import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { collectSettings } from '../../../lib/cli/settings/given-settings.js';
import { secretSource } from '../../../lib/cli/settings/secret-source.js';
import { inputOf } from '../../support/command.js';
import { rejection } from '../../support/rejection.js';

describe('secretSource', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'm2m-secret-'));
  const file = path.join(folder, 'secret');
  after(() => rmSync(folder, { recursive: true }));
  const read = (env: NodeJS.ProcessEnv, stdin = '') => secretSource(collectSettings({}, env), inputOf(stdin));

  it('takes it from the environment as it is', async () => {
    expect(await read({ M2M_CLIENT_SECRET: ' a\n' })).to.deep.equal({ secret: ' a\n' });
    expect(await read({})).to.equal(undefined);
  });

  for (const [content, secret] of [
    ['s3cret\n', 's3cret'],
    ['s3cret\r\n', 's3cret'],
    ['s3cret', 's3cret'],
    [' s3 cret \n\n', ' s3 cret \n'],
  ] as const) {
    it(`takes off one line feed at the end, of a file and of standard input: ${JSON.stringify(content)}`, async () => {
      writeFileSync(file, content);
      expect((await read({ M2M_SECRET_FILE: file }))?.secret).to.equal(secret);
      expect(await read({ M2M_SECRET_FILE: '-' }, content)).to.deep.equal({ secret });
    });
  }

  it('reads a file again when it is asked to', async () => {
    writeFileSync(file, 'old');
    const source = await read({ M2M_SECRET_FILE: file });
    writeFileSync(file, 'new');
    expect([source?.secret, await source?.readAgain?.()]).to.deep.equal(['old', 'new']);
  });

  it('tells that a file cannot be read, without its name: that may be the secret itself', async () => {
    const { message } = await rejection(read({ M2M_SECRET_FILE: path.join(folder, 'tops3cret') }));
    expect(message)
      .to.match(/^M2M_SECRET_FILE: the file cannot be read \(ENOENT\)/)
      .and.not.contain('tops3cret');
    expect((await rejection(read({ M2M_SECRET_FILE: folder }))).message).to.contain('(EISDIR)');
  });
});
