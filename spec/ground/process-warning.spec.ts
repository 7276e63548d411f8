import { expect } from 'chai';
import { warnProcess } from '../../lib/ground/process-warning.js';
import { warningsOf } from '../support/warnings.js';

describe('warnProcess()', () => {
  it('leaves one process warning with its code', async () => {
    const [warning, ...more] = await warningsOf(() => warnProcess({ code: 'TEST_CODE', message: 'Look.' }));
    expect(more).to.deep.equal([]);
    expect(warning).to.include({ name: 'TokenProviderWarning', code: 'TEST_CODE', message: 'Look.' });
    expect(warning).to.not.have.property('detail');
  });

  const error = new Error('mine');
  for (const [what, thrown, detail] of [
    ['the stack of an error', error, error.stack],
    ['text', 'words', 'words'],
    ['null', null, 'null'],
    ['what cannot be shown', Object.create(null), 'It cannot be shown.'],
  ] as const) {
    it(`shows what was thrown: ${what}`, async () => {
      const [warning] = await warningsOf(() => warnProcess({ code: 'TEST_CODE', message: 'Look.', thrown }));
      expect(warning?.detail).to.equal(detail);
    });
  }
});
