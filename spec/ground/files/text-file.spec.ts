import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chdir, cwd } from 'node:process';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { ConfigurationError } from '../../../lib/ground/errors.js';
import { TextFile } from '../../../lib/ground/files/text-file.js';
import { MountedVolume } from '../../support/assertions.js';
import { thrown } from '../../support/rejection.js';

describe('TextFile', () => {
  let volume: MountedVolume;

  beforeEach(async () => {
    volume = await MountedVolume.mount('one');
  });
  afterEach(() => volume.unmount());

  const both = async (file: TextFile) => {
    const late = await file.read();
    expect(file.readNow()).to.deep.equal(late);
    return late;
  };

  it('is found by a path, by a URL, and from the folder of the moment', async () => {
    const before = cwd();
    chdir(volume.folder);
    try {
      // As jsdom has them.
      const { href, protocol } = pathToFileURL(volume.file);
      const urlOfElsewhere = { href, protocol };
      const found = [volume.file, pathToFileURL(volume.file), urlOfElsewhere, 'it'].map((one) =>
        TextFile.find('file', one),
      );
      chdir(before);
      for (const file of found) {
        expect(file.path).to.equal(volume.file);
        expect(await both(file)).to.deep.equal({ text: 'one' });
      }
    } finally {
      chdir(before);
    }
  });

  it('gives what is in it now: after a swap of folders, a rename and an overwriting of the same size and time', async () => {
    const file = TextFile.find('file', volume.file);
    await volume.swap('two');
    expect(await both(file)).to.deep.equal({ text: 'two' });
    await volume.overwrite('2.5');
    expect(await both(file)).to.deep.equal({ text: '2.5' });
  });

  it('gives text without what editors put around it', async () => {
    await volume.overwrite('\ufeff one \r\n\n');
    expect(await both(TextFile.find('file', volume.file))).to.deep.equal({ text: 'one' });
  });

  it('is named by a digest of its path, and by nothing of its text', async () => {
    const file = TextFile.find('file', volume.file);
    const { digest } = file;
    expect(digest).to.match(/^[\w-]{43}$/);
    await volume.swap('two');
    expect(file.digest).to.equal(digest);
    expect(TextFile.find('file', volume.folder).digest).to.not.equal(digest);
  });

  describe('says what is wrong', () => {
    const problems: [string, RegExp, () => Promise<unknown>][] = [
      ['it is gone', /cannot be read \(ENOENT\)/, () => unlink(volume.file)],
      [
        'what it links to is gone',
        /cannot be read \(ENOENT\)/,
        () => unlink(path.join(volume.folder, '..data')),
      ],
      [
        'it links to itself',
        /cannot be read \(ELOOP\)/,
        async () => {
          await unlink(volume.file);
          await symlink('it', volume.file);
        },
      ],
      [
        'it is a folder',
        /is not a regular file/,
        async () => {
          await unlink(volume.file);
          await mkdir(volume.file);
        },
      ],
      [
        'it is a pipe, which nobody writes to',
        /is not a regular file/,
        async () => {
          await unlink(volume.file);
          execFileSync('mkfifo', [volume.file]);
        },
      ],
      ['it is huge', /has more than 1048576 bytes/, () => truncate(volume.file, 1_048_577)],
    ];
    for (const [what, words, spoil] of problems) {
      it(`when ${what}, and gives its text once that is mended`, async () => {
        const file = TextFile.find('file', volume.file);
        await spoil();
        expect(await both(file))
          .to.have.property('problem')
          .that.matches(words);
        await rm(volume.file, { recursive: true, force: true });
        await writeFile(volume.file, 'mended');
        expect(await both(file)).to.deep.equal({ text: 'mended' });
      });
    }

    it('and takes a file of just that size', async () => {
      await truncate(volume.file, 0);
      await writeFile(volume.file, 'x'.repeat(1_048_576));
      expect(await both(TextFile.find('file', volume.file))).to.have.property('text');
    });
  });

  describe('is not found', () => {
    it('where there is none: says which folder is there, and repeats nothing that may be a secret', () => {
      const wrong = path.join(volume.folder, 's3cret', 'it');
      const error = thrown<ConfigurationError>(() => TextFile.find('key.file', wrong));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'key.file');
      expect(error.message).to.equal(
        `key.file: names no file: the folder ${volume.folder} is there, the rest of the path (9 characters) is not, or may not be looked at.`,
      );
    });

    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    const jwt = `${'s3cret'.repeat(50)}.s3cret`;
    for (const [what, odd] of [
      ['nothing', undefined],
      ['an empty text', ''],
      ['a number', 5],
      ['an object', {}],
      ['a path that ends in the middle', 's3cret\0'],
      ['a revoked proxy', revoked],
      ['a file on another machine', new URL('file://s3cret.example/it')],
      ['a URL of another kind', new URL('https://s3cret.example/')],
      ['a key', '-----BEGIN s3cret-----\nabc'],
      ['an assertion, longer than any name', jwt],
    ] as [string, unknown][]) {
      it(`by ${what}`, () => {
        const error = thrown<ConfigurationError>(() => TextFile.find('file', odd));
        expect(error).to.be.instanceOf(ConfigurationError);
        expect(error.message).to.match(/^file: (must be the path of a file; got|names no file: )/);
        expect(error.message).to.not.contain('s3cret');
        if (typeof odd === 'object') expect(error.message).to.match(/; got an object\.$/);
      });
    }
  });
});
