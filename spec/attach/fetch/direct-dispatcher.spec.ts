import { expect } from 'chai';
import { Agent, EnvHttpProxyAgent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { directDispatcherFor } from '../../../lib/attach/fetch/direct-dispatcher.js';

const SECOND = Symbol.for('undici.globalDispatcher.2');

describe('directDispatcherFor()', () => {
  const before = getGlobalDispatcher();
  const second = (globalThis as Record<symbol, unknown>)[SECOND];
  const proxying = new EnvHttpProxyAgent({ httpProxy: 'http://127.0.0.1:9' });
  afterEach(() => {
    setGlobalDispatcher(before);
    Object.assign(globalThis, { [SECOND]: second });
  });

  it('gives one past the proxy of the environment, for plain http to this machine alone', () => {
    setGlobalDispatcher(proxying);
    const direct = directDispatcherFor('http://127.0.0.1:3000/x');
    expect(direct).to.be.instanceOf(EnvHttpProxyAgent).and.not.equal(proxying);
    for (const address of ['http://localhost/', 'http://[::1]:1/', 'http://127.9.9.9/'])
      expect(directDispatcherFor(address)).to.equal(direct);
    for (const address of ['https://127.0.0.1/', 'http://api.example/', 'http://', 'ftp://127.0.0.1/'])
      expect(directDispatcherFor(address)).to.equal(undefined);
  });

  it('gives none where no such proxy is used', () => {
    setGlobalDispatcher(new Agent());
    expect(directDispatcherFor('http://127.0.0.1/')).to.equal(undefined);
    Object.assign(globalThis, { [SECOND]: null });
    expect(directDispatcherFor('http://127.0.0.1/')).to.equal(undefined);
  });

  it('puts before it what undici 8 has for the fetch of an older Node.js', () => {
    class Dispatcher1Wrapper extends Agent {
      constructor(readonly wrapped: unknown) {
        super();
      }
    }
    const proxying = new EnvHttpProxyAgent();
    setGlobalDispatcher(new Dispatcher1Wrapper(proxying));
    Object.assign(globalThis, { [SECOND]: proxying });
    const direct = directDispatcherFor('http://127.0.0.1/');
    expect(direct).to.be.instanceOf(Dispatcher1Wrapper);
    expect((direct as Dispatcher1Wrapper).wrapped)
      .to.be.instanceOf(EnvHttpProxyAgent)
      .and.not.equal(proxying);
  });
});
