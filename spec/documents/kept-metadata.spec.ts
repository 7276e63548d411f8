import { expect } from 'chai';
import { DocumentSource } from '../../lib/documents/document-source.js';
import { keepMetadata } from '../../lib/documents/kept-metadata.js';
import { AbortWatch } from '../../lib/ground/abort-watch.js';
import { Transport } from '../../lib/http/transport.js';
import { rejection } from '../support/rejection.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { VirtualTime } from '../support/virtual-time.js';

const ISSUER = { name: 'https://as.example', allowHttp: false };
const patience = { maxWaitMs: 5_000, signal: undefined };

describe('keepMetadata', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  beforeEach(() => {
    time = new VirtualTime();
    server = new ScriptedServer();
  });
  afterEach(() => time.restore());
  const keep = () =>
    keepMetadata(ISSUER, ({ region }) => region, {
      source: new DocumentSource(new Transport(server.http), 10_000),
      retry: { retries: 5, minDelayMs: 1_000, maxDelayMs: 30_000 },
      aborts: new AbortWatch(),
    });

  it('keeps what is read of them, for as long as there are no newer ones', async () => {
    server.respond = (request) => request.answer(200, { issuer: ISSUER.name, region: 'eu' });
    const kept = keep();
    expect((await kept.get(patience)).content).to.equal('eu');
    server.respond = (request) => request.answer(503);
    time.stepWallClock(365 * 24 * 3_600_000);
    expect(kept.usable()?.content).to.equal('eu');
    await kept.close(new Error('the end'));
  });

  it('makes one attempt for whoever needs them', async () => {
    server.respond = (request) => request.answer(503);
    expect(await rejection(keep().get(patience))).to.include({ httpStatus: 503 });
    expect(server.requests).to.have.length(1);
  });
});
