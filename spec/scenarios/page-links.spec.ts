import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect } from 'chai';
import { anchorsOf, linksOf, PAGES, readPage } from '../support/pages.js';

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

/** What `npm pack` would put into the package, but for what is built. */
function packedFiles(): string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(output.slice(output.search(/^\[/m))) as [Packed];
  return packed.files.map((file) => file.path);
}

/** The file and the anchor that a link of a page leads to. */
function goalOf(page: string, link: string): { file: string; anchor: string } {
  const [target = '', anchor = ''] = link.split('#');
  return { file: target ? path.posix.join(path.posix.dirname(page), target) : page, anchor };
}

describe('the links of the pages', () => {
  const isOutside = (link: string) => link.startsWith('https://');
  let packed: readonly string[];
  before(function () {
    this.timeout(60_000);
    packed = packedFiles();
  });

  it('are found', () => {
    expect(linksOf('README.md')).to.include.members(['docs/errors.md', 'CHANGELOG.md', 'LICENSE']);
    expect(linksOf('docs/benchmarks.md')).to.include('../bench/day/day.svg');
    expect(anchorsOf('docs/fleet.md')).to.include('what-is-stored-and-who-can-do-what-with-it');
  });

  it('are of pages that are all in the package', () => {
    expect(packed).to.include.members([...PAGES]);
  });

  for (const page of PAGES) {
    it(`${page} leads to files and headings that are in the package`, () => {
      for (const link of linksOf(page).filter((link) => !isOutside(link))) {
        const { file, anchor } = goalOf(page, link);
        expect(packed, `${page}: ${link}`).to.include(file);
        if (anchor) expect(anchorsOf(file), `${page}: ${link}`).to.include(anchor);
      }
    });

    it(`${page} shows no picture of elsewhere`, () => {
      expect(readPage(page)).to.not.match(/!\[[^\]]*\]\(https?:/);
    });
  }

  it('packs no picture that no page shows, and nothing else of the benches', () => {
    const shown = PAGES.flatMap((page) => linksOf(page).map((link) => goalOf(page, link).file));
    const pictures = packed.filter((file) => file.startsWith('bench/'));
    expect(pictures).to.not.be.empty;
    expect(shown).to.include.members(pictures);
  });
});
