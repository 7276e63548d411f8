import { expect } from 'chai';
import { TokenRequestError } from '../../lib/ground/errors.js';
import { ExtensionCaller, extensionFailure } from '../../lib/oauth/extension-caller.js';

describe('ExtensionCaller', () => {
  const extensions = new ExtensionCaller(20);
  const { signal } = new AbortController();
  const failing = (error: unknown) => ({
    'at once': () => {
      throw error;
    },
    later: () => Promise.reject(error),
  });
  const failureOf = async (work: () => unknown, isOurs?: (error: unknown) => boolean): Promise<unknown> => {
    try {
      return await extensions.call('the thing', { work, signal, ...(isOurs && { isOurs }) });
    } catch (error) {
      return error;
    }
  };

  it('gives what is there at once without a promise, and else waits for it', async () => {
    expect(extensions.call('the thing', { work: () => 'now', signal })).to.equal('now');
    expect(await extensions.call('the thing', { work: async () => 'later', signal })).to.equal('later');
  });

  for (const [when, work] of Object.entries(failing(new Error('hunter2'))))
    it(`says what threw ${when}, and nothing of the error`, async () => {
      expect(await failureOf(work)).to.deep.equal(extensionFailure('the thing', 'threw.'));
    });

  for (const [when, work] of Object.entries(failing(extensionFailure('the other thing', 'threw.'))))
    it(`passes on an error of this package, thrown ${when}`, async () => {
      expect(await failureOf(work))
        .to.have.property('message')
        .that.contains('the other thing');
      expect(await failureOf(work, () => false))
        .to.have.property('message')
        .that.contains('the thing threw');
    });

  it('ends the draft, and says so, where no answer comes in time', async () => {
    const ends: unknown[] = [];
    const draft = { end: (reason: unknown) => ends.push(reason) };
    const call = { work: () => new Promise<never>(() => undefined), signal, draft };
    const error = await Promise.resolve(extensions.call('the thing', call)).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(TokenRequestError);
    expect(error)
      .to.have.property('message')
      .that.matches(/the thing gave no answer within 20 ms/);
    expect(ends).to.deep.equal([error]);
  });

  it('calls nothing once the signal is aborted, and rejects with its reason', () => {
    const work = () => expect.fail('was called');
    expect(() => extensions.call('the thing', { work, signal: AbortSignal.abort('over') })).to.throw('over');
  });
});
