import { expect } from 'chai';
import type { CheckResult } from '../../../lib/cli/doctor/check-result.js';
import { checkText, closingText, examinationJson } from '../../../lib/cli/doctor/doctor-report.js';
import { tooLong } from '../../support/command.js';

const plain = (text: string) => text;
const marked = (text: string) => `\u001b[1m${text}\u001b[0m`;
const OK: CheckResult = { check: 'DNS', status: 'ok', seen: 'found' };
const FAIL: CheckResult = {
  check: 'TLS',
  status: 'fail',
  seen: 'It is \u001b[2Jnot trusted, '.repeat(8).trim(),
  meaning: 'Nothing was sent.',
  mend: 'Give the CA. '.repeat(12).trim(),
};
const WARN: CheckResult = { check: 'lifetime', status: 'warn', seen: '5 s', meaning: 'Short.' };

describe('the report of the doctor', () => {
  it('is a line for what is good', () => {
    expect(checkText(OK, 80, plain)).to.equal('✓ DNS       found');
    expect(checkText({ ...OK, status: 'skip' }, 80, plain)).to.equal('– DNS       found');
  });

  it('tells what is not good, in 80 columns, coloured or not, with nothing that a terminal obeys', () => {
    for (const style of [plain, marked]) {
      const text = checkText(FAIL, 80, style);
      expect(tooLong(text)).to.deep.equal([]);
      expect(text)
        .to.contain('It is \\u001b[2Jnot')
        .and.match(/\n {12}Nothing was sent\.\n {12}→ Give the CA\./);
    }
    expect(checkText(WARN, 80, plain)).to.equal('! lifetime  5 s\n            Short.');
  });

  it('closes with what to mend first, and what was not looked at', () => {
    expect(closingText([OK], 80, plain)).to.equal('\nAll is well.');
    expect(closingText([OK, WARN], 80, plain)).to.equal('\nA token comes, with a doubt (!).');
    expect(closingText([WARN, WARN], 80, plain)).to.equal('\nA token comes, with 2 doubts (!).');
    const words = closingText([OK, FAIL], 80, plain);
    expect(words).to.match(/^– not looked at: clock, endpoint, .*renewal\n\nMend first: TLS\.$/s);
    expect(tooLong(closingText([{ ...FAIL, check: 'settings' }], 80, plain))).to.deep.equal([]);
    // What failed was no reason to stop.
    expect(closingText([{ ...FAIL, check: 'clock' }, OK], 80, plain)).to.equal('\nMend first: clock.');
  });

  it('is JSON for programs', () => {
    expect(JSON.parse(examinationJson([OK, FAIL], 3))).to.deep.equal({
      ok: false,
      exitCode: 3,
      checks: [OK, FAIL],
    });
    expect(JSON.parse(examinationJson([OK], 0)).ok).to.equal(true);
  });
});
