import type { Meter } from '@opentelemetry/api';
import { expect } from 'chai';
import { TokenRequestError } from '../../../lib/ground/errors.js';
import { MetricAttributes } from '../../../lib/observe/attributes/metric-attributes.js';

const target = (tokenEndpoint: string, clientId = 'acme') => ({
  tokenEndpoint,
  clientId,
  scope: [],
  resource: [],
});

const meter = () => ({}) as Meter;

describe('MetricAttributes', () => {
  const addresses = [
    ['https://as.example/token', 'as.example'],
    ['https://as.example:8443/realms/a', 'as.example'],
    ['http://127.0.0.1:80/token', '127.0.0.1'],
    ['http://[::1]:80/token', '::1'],
    ['no address at all', 'no address at all'],
  ] as const;
  for (const [tokenEndpoint, host] of addresses)
    it(`names ${host} as the server of ${tokenEndpoint}, and no client`, () => {
      const attributes = new MetricAttributes(meter(), undefined).ofTarget(target(tokenEndpoint));
      expect(attributes).to.deep.equal({ 'server.address': host });
    });

  it('names the client where it is told how to', () => {
    expect(
      new MetricAttributes(meter(), 'app.client').ofTarget(target('https://as.example', 'a')),
    ).to.deep.equal({
      'server.address': 'as.example',
      'app.client': 'a',
    });
  });

  it('names the type of an error, and nothing where there is none', () => {
    const attributes = new MetricAttributes(meter(), undefined);
    expect(attributes.ofError(undefined)).to.deep.equal({});
    expect(attributes.ofError('aborted')).to.deep.equal({ 'error.type': 'aborted' });
    const error = new TokenRequestError('No.', 'ECONNRESET');
    expect(attributes.ofError(error)).to.deep.equal({ 'error.type': 'ECONNRESET' });
  });

  it('has few different values, however many providers, servers, clients and errors a meter has', () => {
    const ofMeter = meter();
    const seen = { 'server.address': new Set(), client: new Set(), 'error.type': new Set() };
    for (let count = 0; count < 5_000; count += 1) {
      const attributes = new MetricAttributes(ofMeter, 'client');
      const error = new TokenRequestError('No.', `E${count}`);
      const all = {
        ...attributes.ofTarget(target(`https://as${count}.example/`, `c${count}`)),
        ...attributes.ofError(error),
      };
      for (const name of ['server.address', 'client', 'error.type'] as const) seen[name].add(all[name]);
    }
    expect(Object.values(seen).map(({ size }) => size)).to.deep.equal([51, 1_001, 31]);
    for (const values of Object.values(seen)) expect(values).to.include('_OTHER');
  });

  it('has values of its own for each meter', () => {
    const full = new MetricAttributes(meter(), undefined);
    for (let count = 0; count < 60; count += 1) full.ofTarget(target(`https://as${count}.example/`));
    const [ofFull, ofOther] = [full, new MetricAttributes(meter(), undefined)].map((attributes) =>
      attributes.ofTarget(target('https://as.example')),
    );
    expect([ofFull, ofOther]).to.deep.equal([
      { 'server.address': '_OTHER' },
      { 'server.address': 'as.example' },
    ]);
  });
});
