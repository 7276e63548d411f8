import { expect } from 'chai';
import type { ClientHandle } from '../../lib/index.js';
import { Stage } from '../support/stage.js';

describe('ClientHandle', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage();
    stage.server.respond = (request, count) => request.grant(`t${count}`);
  });
  afterEach(() => stage.strike());

  /** As users write it: code that takes a handle, and does not care whose it is. */
  const use = async (handle: ClientHandle): Promise<unknown[]> => [
    handle.peek()?.value,
    await handle.getToken(),
    await handle.getToken({ maxWaitMs: 1_000 }),
    handle.peek()?.value,
  ];

  it('is what forClient gives', async () => {
    expect(await use(stage.provider.forClient({}))).to.deep.equal([undefined, 't1', 't1', 't1']);
    await stage.time.pass(1);
    expect((await stage.provider.forClient({}).refresh()).value).to.equal('t2');
  });

  it('is what a provider is for the client of its options', async () => {
    expect(await use(stage.provider)).to.deep.equal([undefined, 't1', 't1', 't1']);
    await stage.time.pass(1);
    expect((await (stage.provider as ClientHandle).refresh()).value).to.equal('t2');
  });
});
