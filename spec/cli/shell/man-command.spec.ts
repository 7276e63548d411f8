import { expect } from 'chai';
import { manPage } from '../../../lib/cli/shell/man-page.js';
import { runCommand } from '../../support/command.js';

describe('m2m-token man', () => {
  it('prints the manual page', async () => {
    expect(await runCommand(['man'])).to.deep.equal({ ending: 0, stdout: manPage(), stderr: '' });
    expect(JSON.parse((await runCommand(['man', '--json'])).stdout)).to.deep.equal({ page: manPage() });
    expect((await runCommand(['man', 'x'])).ending).to.equal(2);
  });
});
