import { expect } from 'chai';
import { guarded } from '../../lib/observe/guarded.js';
import { warningsOf } from '../support/warnings.js';

describe('guarded()', () => {
  it('hands the arguments on', () => {
    const seen: unknown[] = [];
    guarded((...args: number[]) => void seen.push(...args))(1, 2);
    expect(seen).to.deep.equal([1, 2]);
  });

  it('turns what is thrown into a process warning', async () => {
    const [warning, ...others] = await warningsOf(
      guarded(() => {
        throw new Error('meter at fault');
      }),
    );
    expect(others).to.deep.equal([]);
    expect(warning).to.include({ name: 'TokenProviderWarning', code: 'TOKEN_PROVIDER_METER' });
    expect(warning?.message).to.equal('The meter threw that instrument() was given.');
    expect(warning?.detail).to.contain('meter at fault');
  });
});
