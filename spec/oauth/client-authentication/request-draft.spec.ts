import { expect } from 'chai';
import { RequestDraft } from '../../../lib/oauth/client-authentication/request-draft.js';

describe('RequestDraft', () => {
  const make = () => new RequestDraft('id', { tokenEndpoint: 'https://login.example.com/token' }, 1_000);

  it('has one signal, which is aborted with the reason for which the draft ended', () => {
    const draft = make();
    const { signal } = draft;
    expect(draft.signal).to.equal(signal);
    expect(signal.aborted).to.equal(false);
    const reason = new Error('over');
    draft.end(reason);
    expect(signal.reason).to.equal(reason);
  });

  it('has a signal that is aborted already where it is looked at too late', () => {
    const draft = make();
    draft.end('over');
    expect(draft.signal).to.include({ aborted: true, reason: 'over' });
  });
});
