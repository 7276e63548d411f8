import { unlink } from 'node:fs/promises';
import { inspect } from 'node:util';
import { expect } from 'chai';
import sinon from 'sinon';
import { ConfigurationError, TokenRequestError } from '../../../lib/ground/errors.js';
import { clientAssertion } from '../../../lib/oauth/assertions/client-assertion.js';
import { assertionOf, draftOf, jwtNamed, MountedVolume } from '../../support/assertions.js';
import { rejection, thrown } from '../../support/rejection.js';
import { VirtualTime } from '../../support/virtual-time.js';

const [one, two] = [jwtNamed('one'), jwtNamed('two')];

describe('clientAssertion', () => {
  describe('of a file', () => {
    let volume: MountedVolume;

    beforeEach(async () => {
      volume = await MountedVolume.mount(`${one}\n`);
    });
    afterEach(() => volume.unmount());

    it('sends what is in it now, without the line break at its end', async () => {
      const by = clientAssertion({ file: volume.file });
      expect(await by.authenticate(draftOf())).to.deep.equal({
        parameters: {
          client_id: 'acme',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: one,
        },
      });
      await volume.swap(two);
      expect(await assertionOf(by)).to.equal(two);
      await volume.overwrite(one);
      expect(await assertionOf(by)).to.equal(one);
    });

    it('sends another type where that is asked for, as SPIFFE has it', async () => {
      const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe';
      const by = clientAssertion({ file: volume.file }, { assertionType });
      expect((await by.authenticate(draftOf())).parameters).to.include({
        client_assertion_type: assertionType,
      });
    });

    it('is named by the place of the file', async () => {
      const { id } = clientAssertion({ file: volume.file });
      expect(id).to.match(/^client_assertion file [\w-]{43}$/);
      await volume.swap(two);
      expect(clientAssertion({ file: volume.file }).id).to.equal(id);
    });

    it('has something new after a refusal where the file has changed', async () => {
      const by = clientAssertion({ file: volume.file });
      const refused = await by.authenticate(draftOf());
      expect(await by.renew?.(draftOf(), refused)).to.equal(false);
      await volume.swap(two);
      expect(await by.renew?.(draftOf(), refused)).to.equal(true);
    });

    for (const [what, spoil, words] of [
      ['is empty', () => volume.overwrite(''), / holds an empty string in place of a signed JWT\.$/],
      ['is half-written', () => volume.overwrite(one.slice(0, 30)), / holds a text of 2 parts in place of/],
      ['holds something else', () => volume.swap('s3cret'), / holds a text of 1 part in place of/],
      ['is gone', () => unlink(volume.file), / cannot be read \(ENOENT\)\.$/],
    ] as [string, () => Promise<void>, RegExp][]) {
      it(`fails the attempt in passing while it ${what}, and repeats nothing of it`, async () => {
        const by = clientAssertion({ file: volume.file });
        await spoil();
        const error = await rejection(assertionOf(by));
        expect(error)
          .to.be.instanceOf(TokenRequestError)
          .and.include({ reason: 'ERR_CLIENT_ASSERTION', permanent: false });
        expect(error.message).to.contain(`the assertion file ${volume.file}`).and.match(words);
        expect(inspect(error, { depth: null, showHidden: true }))
          .to.not.contain(one.slice(0, 10))
          .and.not.contain('s3cret');
      });
    }

    it('need not hold an assertion yet when it is named', async () => {
      await volume.overwrite('');
      const by = clientAssertion({ file: volume.file });
      await volume.overwrite(one);
      expect(await assertionOf(by)).to.equal(one);
    });

    it('must be there when it is named', () => {
      const error = thrown<ConfigurationError>(() => clientAssertion({ file: `${volume.file}-2` }));
      expect(error).to.be.instanceOf(ConfigurationError).with.property('option', 'file');
    });
  });

  describe('of a function', () => {
    it('asks it for each request, and tells it of that', async () => {
      const ask = sinon.stub().onFirstCall().returns(` ${one}\n`).onSecondCall().resolves(two);
      const by = clientAssertion(ask);
      const draft = draftOf({ clientId: 'globex' });
      expect([await assertionOf(by, draft), await assertionOf(by)]).to.deep.equal([one, two]);
      expect(ask.firstCall.args).to.deep.equal([draft]);
      expect(by.id).to.equal('client_assertion');
      expect(by.secrets()).to.deep.equal([]);
    });

    it('has something new after a refusal where the function gives another one', async () => {
      const ask = sinon.stub().returns(one);
      const by = clientAssertion(ask);
      const refused = await by.authenticate(draftOf());
      expect(await by.renew?.(draftOf(), refused)).to.equal(false);
      ask.resolves(two);
      expect(await by.renew?.(draftOf(), refused)).to.equal(true);
    });

    for (const [what, ask, words] of [
      [
        'throws',
        () => {
          throw new Error('s3cret');
        },
        / threw\.$/,
      ],
      ['rejects', () => Promise.reject(new TokenRequestError('s3cret', 'ERR_CLIENT_s3cret')), / threw\.$/],
      ['gives nothing', () => undefined, / gave nothing in place of a signed JWT\.$/],
      ['gives an object', async () => ({ value: one }), / gave an object in place of/],
      ['gives JSON', () => JSON.stringify({ value: one }), / gave JSON in place of/],
      ['gives a secret', () => 's3cret', / gave a text of 1 part in place of/],
    ] as [string, never, RegExp][]) {
      it(`fails the attempt in passing where it ${what}`, async () => {
        const error = await rejection(assertionOf(clientAssertion(ask)));
        expect(error)
          .to.be.instanceOf(TokenRequestError)
          .and.include({ reason: 'ERR_CLIENT_ASSERTION', permanent: false });
        expect(error.message).to.contain('the function of clientAssertion()').and.match(words);
        expect(inspect(error, { depth: null, showHidden: true })).to.not.contain('s3cret');
      });
    }

    it('is waited for as long as a request may take', async () => {
      const time = new VirtualTime();
      try {
        const failure = rejection(assertionOf(clientAssertion(() => new Promise(() => undefined))));
        await time.pass(1_000);
        expect((await failure).message).to.match(/gave no answer within 1000 ms/);
        expect(time.armed).to.equal(0);
      } finally {
        time.restore();
      }
    });
  });

  it('says what it takes where it gets neither a file nor a function', () => {
    for (const [odd, kind] of [
      [undefined, 'nothing'],
      [null, 'null'],
      [one, 'a string'],
    ] as [never, string][])
      expect(thrown(() => clientAssertion(odd)).message).to.equal(
        `source: must be { file }, or a function; got ${kind}.`,
      );
  });

  for (const [what, source, options, option] of [
    ['nothing', undefined, undefined, 'source'],
    ['an assertion itself', one, undefined, 'source'],
    ['an object without a file', {}, undefined, 'file'],
    ['a file with something else', { file: 'x', key: 's3cret' }, undefined, 'source'],
    ['an empty type', () => one, { assertionType: '' }, 'assertionType'],
    ['an unknown option', () => one, { type: 's3cret' }, 'type'],
  ] as [string, never, never, string][]) {
    it(`refuses ${what}, and repeats nothing of it`, () => {
      const error = thrown<ConfigurationError>(() => clientAssertion(source, options));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.option).to.be.oneOf([option, 'key']);
      expect(error.message).to.not.contain('s3cret').and.not.contain(one);
    });
  }
});
