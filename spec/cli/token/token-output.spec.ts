import { expect } from 'chai';
import { outputOf } from '../../../lib/cli/token/token-output.js';
import { UsageError } from '../../../lib/cli/usage/usage-error.js';
import { AccessToken } from '../../../lib/token/access-token.js';
import { inputOf, KeptOutput } from '../../support/command.js';
import { rejection, thrown } from '../../support/rejection.js';

const token = new AccessToken('abc.def', {
  tokenType: 'bearer',
  scope: 'read',
  issuedAt: Date.now(),
  dueAt: Date.UTC(2100, 0, 1),
  expiresAt: Date.UTC(2100, 0, 2),
});
const output = new KeptOutput();
const io = { args: [], env: {}, stdin: inputOf(''), stdout: output, stderr: output };

async function print(values: object): Promise<string> {
  const form = outputOf({ ...values });
  const request = await form.readRequest(io, { values: {}, words: [] });
  return form.write(token, request ?? {});
}

describe('outputOf', () => {
  it('prints the token alone, or as a header', async () => {
    expect(await print({})).to.equal('abc.def\n');
    expect(await print({ output: 'raw' })).to.equal('abc.def\n');
    expect(await print({ output: 'header' })).to.equal('Authorization: Bearer abc.def\n');
  });

  for (const values of [{ output: 'json' }, { json: true }, { output: 'json', json: true }]) {
    it(`prints JSON with the names of RFC 6749 for ${JSON.stringify(values)}`, async () => {
      const { expires_in: left, ...rest } = JSON.parse(await print(values));
      expect(rest).to.deep.equal({
        access_token: 'abc.def',
        token_type: 'bearer',
        scope: 'read',
        expires_at: '2100-01-02T00:00:00.000Z',
      });
      expect(left).to.be.closeTo((Date.UTC(2100, 0, 2) - Date.now()) / 1_000, 5);
    });
  }

  it('prints for kubectl', async () => {
    expect(JSON.parse(await print({ output: 'kubectl' })).status.token).to.equal('abc.def');
  });

  for (const output of ['raw', 'header', 'kubectl', 'git']) {
    it(`refuses --json beside --output ${output}, in the place of ignoring it`, () => {
      const { message } = thrown(() => outputOf({ output, json: true }));
      expect(message).to.equal(`--json and --output ${output} do not go together: leave one of them out.`);
    });
  }

  it('refuses any other form, and words that are for git alone', async () => {
    const { message } = thrown(() => outputOf({ output: 'yaml' }));
    expect(message).to.equal('--output: must be one of raw, json, header, kubectl, git.');
    for (const output of ['raw', 'kubectl']) {
      const asked = outputOf({ output }).readRequest(io, { values: {}, words: ['get'] });
      expect(await rejection(asked)).to.be.instanceOf(UsageError);
    }
  });
});
