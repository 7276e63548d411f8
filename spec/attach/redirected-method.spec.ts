import { expect } from 'chai';
import { becomesGet } from '../../lib/attach/redirected-method.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PURGE'];
/** The methods that become GET. */
const CHANGED: Readonly<Record<number, readonly string[]>> = {
  300: [],
  301: ['POST'],
  302: ['POST'],
  303: ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PURGE'],
  304: [],
  305: [],
  307: [],
  308: [],
};

describe('becomesGet()', () => {
  for (const [status, changed] of Object.entries(CHANGED)) {
    it(`after ${status}: ${changed.join(', ') || 'none'}`, () => {
      expect(METHODS.filter((method) => becomesGet(Number(status), method))).to.deep.equal(changed);
    });
  }
});
