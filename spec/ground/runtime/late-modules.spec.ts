import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import * as stream from 'node:stream';
import { expect } from 'chai';
import * as late from '../../../lib/ground/runtime/late-modules.js';

describe('modules that are loaded late', () => {
  it('are those that others import', () => {
    expect(late.nodeCrypto().createPrivateKey).to.equal(crypto.createPrivateKey);
    expect(late.nodeFs().readFileSync).to.equal(fs.readFileSync);
    expect(late.nodeHttp().request).to.equal(http.request);
    expect(late.nodeHttps().request).to.equal(https.request);
    expect(late.nodeStream().Readable).to.equal(stream.Readable);
  });
});
