import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { expect } from 'chai';
import { nodeCrypto, nodeFs } from '../../../lib/ground/runtime/late-modules.js';

describe('modules that are loaded late', () => {
  it('are those that others import', () => {
    expect(nodeCrypto().createPrivateKey).to.equal(crypto.createPrivateKey);
    expect(nodeFs().readFileSync).to.equal(fs.readFileSync);
  });
});
