import { expect } from 'chai';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { MetricAttributes } from '../../lib/observe/metric-attributes.js';

const target = (tokenEndpoint: string, clientId = 'acme') => ({
  tokenEndpoint,
  clientId,
  scope: [],
  resource: [],
});

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
      const attributes = new MetricAttributes(undefined).ofTarget(target(tokenEndpoint));
      expect(attributes).to.deep.equal({ 'server.address': host });
    });

  it('names the client where it is told how to', () => {
    expect(new MetricAttributes('app.client').ofTarget(target('https://as.example', 'a'))).to.deep.equal({
      'server.address': 'as.example',
      'app.client': 'a',
    });
  });

  it('names the type of an error, and nothing where there is none', () => {
    const attributes = new MetricAttributes(undefined);
    expect(attributes.ofError(undefined)).to.deep.equal({});
    expect(attributes.ofError('aborted')).to.deep.equal({ 'error.type': 'aborted' });
    const error = new TokenRequestError('No.', 'ECONNRESET');
    expect(attributes.ofError(error)).to.deep.equal({ 'error.type': 'ECONNRESET' });
  });

  it('has few different values, however many servers, clients and errors there are', () => {
    const attributes = new MetricAttributes('client');
    const seen = { 'server.address': new Set(), client: new Set(), 'error.type': new Set() };
    for (let count = 0; count < 5_000; count += 1) {
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
});
