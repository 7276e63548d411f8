import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { type Vector, VectorRun } from '../support/vector.js';

const FOLDER = 'spec/vectors';

/** What the vectors must cover between them. */
const SUBJECTS = readFileSync(path.join(FOLDER, 'README.md'), 'utf8').matchAll(/^- `([^`]+)`/gm);

const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    file,
    vectors: JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as readonly Vector[],
  }));
const all = files.flatMap(({ vectors }) => vectors);

describe('the portable vectors', () => {
  for (const { file, vectors } of files) {
    describe(file, () => {
      for (const vector of vectors) {
        it(`${vector.id}: ${vector.why}`, async () => {
          const run = new VectorRun(vector);
          try {
            await run.play();
            run.judge();
          } finally {
            await run.end();
          }
        });
      }
    });
  }

  it('have names of their own', () => {
    expect(new Set(all.map(({ id }) => id)).size)
      .to.equal(all.length)
      .and.to.be.at.least(60);
  });

  it('cover every subject that their README names, and no other', () => {
    const named = [...SUBJECTS].map(([, subject]) => subject);
    expect(new Set(all.flatMap(({ covers }) => covers))).to.deep.equal(new Set(named));
  });
});
