import { expect } from 'chai';
import { type ClientAuthentication, TokenEndpointError } from '../../../../lib/index.js';
import { rejection } from '../../rejection.js';
import { CREDENTIALS, type CredentialKind } from '../server-driver.js';
import { TokenRequests } from '../token-requests.js';
import { clientOf, METHODS, ROTATED } from './clients.js';
import { connect, itPasses, type Stage } from './trial.js';

type StageOf = () => Stage;

const BEYOND_ASCII: CredentialKind = 'é€';
const ASCII = CREDENTIALS.filter((kind) => kind !== BEYOND_ASCII);

/** What a client's id and secret do, by each method. */
export function tryCredentials(driver: Stage['driver'], stage: StageOf): void {
  const { understands } = driver;
  const isServed = async (method: ClientAuthentication, kind: CredentialKind) => {
    await using provider = connect(stage(), clientOf(method, kind));
    return await provider.getToken().then(
      () => true,
      () => false,
    );
  };
  for (const method of METHODS) {
    itPasses(driver, `by ${method}: gives a token for the credentials that it understands`, async () => {
      const served = await filterInTurn(ASCII, (kind) => isServed(method, kind));
      expect(served).to.deep.equal(understands[method].filter((kind) => kind !== BEYOND_ASCII));
    });
  }

  itPasses(driver, 'gives a token for credentials beyond ASCII, by the methods that can', async () => {
    const served = await filterInTurn(METHODS, (method) => isServed(method, BEYOND_ASCII));
    expect(served).to.deep.equal(METHODS.filter((method) => understands[method].includes(BEYOND_ASCII)));
  });

  const misread = understands['basic-raw'].filter((kind) => !understands.basic.includes(kind));
  if (misread.length === 0) return;
  itPasses(driver, 'refuses what it does not decode, and the error names basic-raw', async () => {
    for (const kind of misread) {
      await using provider = connect(stage(), clientOf('basic', kind));
      expect((await rejection(provider.getToken())).message, kind).to.contain('basic-raw');
    }
  });
}

async function filterInTurn<T>(all: readonly T[], isIn: (one: T) => Promise<boolean>): Promise<T[]> {
  const found: T[] = [];
  for (const one of all) if (await isIn(one)) found.push(one);
  return found;
}

/** A wrong secret, and another one in its place. */
export function trySecrets(driver: Stage['driver'], stage: StageOf): void {
  for (const method of METHODS) {
    itPasses(driver, `refuses a wrong secret by ${method}, and the error speaks of the secret`, async () => {
      await using provider = connect(stage(), { ...clientOf(method), secret: 'not-this-one' });
      const error = await rejection(provider.getToken());
      expect(error).to.be.instanceOf(TokenEndpointError).and.include({ permanent: true });
      expect(error.message).to.contain('clientSecret').and.not.contain('not-this-one');
    });
  }

  itPasses(driver, 'is asked once by fifty callers with a wrong secret, who ask again', async () => {
    using requests = new TokenRequests(stage().server.port);
    await using provider = connect(stage(), { ...clientOf('post'), secret: 'not-this-one' });
    const ask = () => Promise.all(Array.from({ length: 50 }, () => rejection(provider.getToken())));
    await ask();
    await ask();
    expect(requests.count).to.equal(1);
  });

  itPasses(driver, 'refuses a replaced secret once, and gives a token for the new one', async () => {
    let current = ROTATED.secret;
    await using provider = connect(stage(), ROTATED, { clientSecret: async () => current });
    const before = await provider.getToken();
    current = 'after';
    await stage().server.changeSecret(ROTATED.id, current);
    using requests = new TokenRequests(stage().server.port);
    const renewed = await provider.refresh();
    expect(renewed.value).to.not.equal(before);
    expect(requests.refused).to.equal(1);
  });
}
