import { expect } from 'chai';
import { TokenResponseError } from '../../../lib/ground/errors.js';
import { KeyList } from '../../../lib/verify/keys/key-list.js';
import { rejection, thrown } from '../../support/rejection.js';
import { SigningKey } from '../../support/signing-key.js';

const ADDRESS = 'https://as.example/jwks';
const read = (keys: unknown, before?: KeyList) => KeyList.read({ keys }, ADDRESS, before);
const [one, two, three] = [new SigningKey('k1').jwk, new SigningKey('k2').jwk, new SigningKey('k3').jwk];
const nameless = new SigningKey(undefined).jwk;
const namesOf = (list: KeyList, kid?: string, alg = 'ES256') =>
  list.candidates({ alg, kid }).map((key) => key.kid);

describe('KeyList', () => {
  it('leaves out keys of which a part is missing or broken, and is none where all are', async () => {
    const { y: _, ...half } = two;
    const broken = { ...three, x: 'AA' };
    const rest = await read([half, one, broken]).whole(ADDRESS);
    expect([rest.size, rest.names('k1'), rest.names('k2')]).to.deep.equal([1, true, false]);
    const whole = read([one]);
    expect(await whole.whole(ADDRESS)).to.equal(whole);
    const error = await rejection(read([half, broken]).whole(ADDRESS));
    expect(error).to.be.instanceOf(TokenResponseError).and.include({ permanent: true });
  });

  it('finds the key by its name', () => {
    const list = read([one, two]);
    expect([list.size, namesOf(list, 'k2')]).to.deep.equal([2, ['k2']]);
    expect([list.names('k1'), list.names('k3'), list.names('')]).to.deep.equal([true, false, false]);
    expect(namesOf(list, 'k3')).to.deep.equal([]);
  });

  it('finds each that fits where a token names none', () => {
    const rsa = new SigningKey('k4', 'RS256').jwk;
    const list = read([one, nameless, rsa, { ...two, alg: 'ES384' }]);
    expect(namesOf(list)).to.deep.equal(['k1', undefined]);
    expect(namesOf(list, undefined, 'PS512')).to.deep.equal(['k4']);
    expect(namesOf(list, undefined, 'EdDSA')).to.deep.equal([]);
  });

  it('does not find a key without a name by a name', () => {
    expect(namesOf(read([nameless]), 'k1')).to.deep.equal([]);
  });

  it('finds a named key for no algorithm but its own, and says that it has the name', () => {
    const list = read([one]);
    expect([namesOf(list, 'k1', 'RS256'), list.names('k1')]).to.deep.equal([[], true]);
  });

  it('takes several keys of one name', () => {
    const other = { ...two, kid: 'k1' };
    const found = read([one, other]).candidates({ alg: 'ES256', kid: 'k1' });
    expect(new Set(found)).to.have.property('size', 2);
    // One name for two types of key, as some servers have it.
    const list = read([one, { ...new SigningKey('k1', 'RS256').jwk }]);
    expect(namesOf(list, 'k1')).to.have.length(1);
    expect(namesOf(list, 'k1', 'RS256')).to.have.length(1);
  });

  it('leaves out what is for no signature', () => {
    const list = read([
      { ...one, use: 'enc' },
      null,
      5,
      'k1',
      [],
      {},
      { kty: 'oct', k: 'AA', kid: 'k1' },
      two,
    ]);
    expect([list.size, list.names('k1')]).to.deep.equal([1, false]);
  });

  it('reads a hundred keys, and none beyond', () => {
    const many = Array.from({ length: 101 }, (_, index) => ({ ...one, kid: `n${index + 1}` }));
    const list = read(many);
    expect([list.size, list.names('n100'), list.names('n101')]).to.deep.equal([100, true, false]);
    expect(read(many.slice(0, 100)).size).to.equal(100);
  });

  it('keeps the object of a key that was there before', () => {
    const first = read([one, two, nameless]);
    const keyOf = (list: KeyList, kid?: string) =>
      list.candidates({ alg: 'ES256', kid })[0] ?? expect.fail('no key');
    const second = read([three, { ...two, use: 'sig', x5t: 'a' }, nameless], first);
    expect(keyOf(second, 'k2')).to.equal(keyOf(first, 'k2'));
    expect(second.has(keyOf(first, 'k2'))).to.equal(true);
    expect(
      second.has(first.candidates({ alg: 'ES256', kid: undefined })[2] ?? expect.fail('no key')),
    ).to.equal(true);
    expect(second.has(keyOf(first, 'k1'))).to.equal(false);
    expect(first.has(keyOf(second, 'k3'))).to.equal(false);
  });

  it('takes a key that is there twice for one, in this edition and the next', () => {
    const first = read([one, { ...one, use: 'sig' }, two]);
    const found = first.candidates({ alg: 'ES256', kid: 'k1' });
    expect([first.size, found.length]).to.deep.equal([2, 1]);
    const second = read([one, one], first);
    expect([second.size, second.has(found[0] ?? expect.fail('no key'))]).to.deep.equal([1, true]);
  });

  it('takes a key of the same name with another content for another', () => {
    const first = read([one]);
    const [before] = first.candidates({ alg: 'ES256', kid: 'k1' });
    const second = read([{ ...two, kid: 'k1' }], first);
    expect(second.has(before ?? expect.fail('no key'))).to.equal(false);
    expect(read([{ ...one, alg: 'ES256' }], first).has(before ?? expect.fail('no key'))).to.equal(false);
  });

  it('throws where it is no key set, or holds nothing for signatures', () => {
    for (const keys of [undefined, null, {}, 'k1', 5]) {
      const error = thrown<TokenResponseError>(() => read(keys));
      expect(error).to.be.instanceOf(TokenResponseError).and.include({ permanent: true });
      expect(error.message).to.equal(`${ADDRESS} sent no key set: it has no keys.`);
    }
    for (const keys of [[], [{ ...one, use: 'enc' }], [null], [{ kty: 'oct', k: 'c2VjcmV0' }]]) {
      const error = thrown<TokenResponseError>(() => read(keys));
      expect(error).to.be.instanceOf(TokenResponseError).and.include({ permanent: true });
      expect(error.message).to.equal(`${ADDRESS} sent a key set in which no key is for signatures.`);
    }
  });
});
