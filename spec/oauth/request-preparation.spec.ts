import { inspect } from 'node:util';
import { expect } from 'chai';
import { TokenEndpointError, TokenRequestError } from '../../lib/ground/errors.js';
import { KnownTokenEndpoint } from '../../lib/oauth/server/authorization-server.js';
import type { Target } from '../../lib/oauth/target.js';
import { TokenEndpoint } from '../../lib/oauth/token-endpoint.js';
import { EntryStage } from '../support/entry-stage.js';
import { rejection } from '../support/rejection.js';
import { type ScriptedRequest, ScriptedServer } from '../support/scripted-server.js';
import { settings } from '../support/settings.js';
import { authenticatorOf, target } from '../support/target.js';
import { VirtualTime } from '../support/virtual-time.js';

describe('RequestPreparation', () => {
  let time: VirtualTime;
  let server: ScriptedServer;
  beforeEach(() => {
    time = new VirtualTime();
    server = new ScriptedServer();
    server.respond = (request) => request.grant('abc');
  });
  afterEach(() => time.restore());
  const request = (changes: object, signal = new AbortController().signal) =>
    new TokenEndpoint(settings({ http: server.http, requestTimeoutMs: 1_000 })).requestToken(
      { ...target, ...changes } as Target,
      signal,
      (work) => work(),
    );
  const own = (parts: object) => ({
    authenticator: {
      id: 'own',
      authenticate: () => ({ parameters: { client_id: 'acme' } }),
      secrets: () => ['hush-hush'],
      ...parts,
    },
  });
  const throws = (): never => {
    throw new Error('hush-hush');
  };
  const refuse = (words?: string) => {
    server.respond = (asked) => asked.answer(401, { error: 'invalid_client', error_description: words });
  };

  for (const [what, changes] of [
    ['discovery', { server: { id: 'x', address: 'https://x', metadata: throws } }],
    ['authenticate', own({ authenticate: throws })],
    ['secrets', own({ secrets: throws })],
    ['grant', { grant: { id: 'g', parameters: throws } }],
  ] as const) {
    it(`rejects, and shows nothing of the error, where ${what} throws at once`, async () => {
      const error = await rejection(request(changes));
      expect(error)
        .to.be.instanceOf(TokenRequestError)
        .and.include({ reason: 'ERR_TOKEN_REQUEST_PREPARATION' });
      expect(inspect(error)).to.not.contain('hush');
    });
  }

  it('shows nothing of a query of the token endpoint that may be a key, in whatever words of others', async () => {
    const key = 'qKEY-9911/zz';
    const tokenEndpoint = `https://as.example/token?v=2&api_key=${encodeURIComponent(key)}`;
    const changes = { server: new KnownTokenEndpoint(tokenEndpoint) };
    const ends: ((asked: ScriptedRequest) => void)[] = [
      (asked) => asked.answer(400, { error: `no ${tokenEndpoint}`, error_description: `bad key ${key}` }),
      (asked) => asked.answer(302, '', { location: '/token?api_key=another-key' }),
      (asked) => asked.fail(key),
      (asked) => asked.fail(`No match for POST ${JSON.stringify({ url: asked.config.url })}`),
      (asked) => asked.fail(`No match for api_key=${key}`),
    ];
    for (const end of ends) {
      server.respond = end;
      const error = await rejection(request(changes));
      expect(inspect(error, { showHidden: true })).to.not.match(/9911|api_key|another-key/);
    }
  });

  it('tells callers of the refusal where renew throws at once', async () => {
    refuse();
    expect(await rejection(request(own({ renew: throws })))).to.include({ error: 'invalid_client' });
  });

  it('leaves no rejection unhandled where the flight has ended before', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', note);
    try {
      const metadata = async (signal: AbortSignal) => {
        signal.throwIfAborted();
        return { tokenEndpoint: 'https://x/' };
      };
      await rejection(
        request(
          { server: { id: 'x', address: 'https://x', metadata } },
          AbortSignal.abort(new Error('closed')),
        ),
      );
      await new Promise(setImmediate);
      expect(unhandled).to.deep.equal([]);
    } finally {
      process.off('unhandledRejection', note);
      for (const listener of others) process.on('unhandledRejection', listener);
    }
  });

  it('keeps the words of the server for a method without secrets', async () => {
    refuse('unknown client');
    const error = await rejection(request(own({ secrets: () => [] })));
    expect(error).to.include({ error: 'invalid_client', errorDescription: 'unknown client' });
  });

  it('hides nothing for an empty header', async () => {
    server.respond = (asked) => asked.answer(400, { error: 'x', error_description: 'y' });
    const error = await rejection(request(own({ authenticate: () => ({ headers: { 'X-Trace': '' } }) })));
    expect(error).to.include({ error: 'x', errorDescription: 'y' });
  });

  it('tries the new secret for each target whose request was made with the old one', async () => {
    let valid = 'old';
    const authenticator = authenticatorOf(() => valid, 'post');
    await request({ authenticator });
    server.respond = undefined;
    valid = 'new';
    const both = ['a', 'b'].map((scope) => request({ authenticator, scope: [scope] }));
    await time.settle();
    const [first, second] = server.requests.slice(-2);
    first?.refuse('invalid_client', 401);
    await time.settle();
    server.last.grant('t-a');
    await time.settle();
    second?.refuse('invalid_client', 401);
    await time.settle();
    server.last.grant('t-b');
    expect((await Promise.all(both)).map(({ value }) => value)).to.deep.equal(['t-a', 't-b']);
  });

  for (const [what, parts] of [
    ['a secret', { secrets: () => ['client'] }],
    ['a header that is no secret', { authenticate: () => ({ headers: { 'X-Kind': 'client' } }) }],
  ] as const) {
    it(`knows a refusal though ${what} is a part of its code`, async () => {
      let renewed = 0;
      refuse();
      await rejection(request(own({ ...parts, renew: () => ++renewed < 0 })));
      expect(renewed).to.equal(1);
    });
  }

  it('takes an error of another provider, which an authenticator asks, for a fault of the authenticator', async () => {
    const foreign = new TokenEndpointError('hush-hush', {
      status: 401,
      error: 'invalid_client',
      permanent: true,
    } as never);
    let renewed = 0;
    const error = await rejection(
      request(own({ authenticate: () => Promise.reject(foreign), renew: () => ++renewed < 0 })),
    );
    expect([renewed, error instanceof TokenRequestError, inspect(error).includes('hush')]).to.deep.equal([
      0,
      true,
      false,
    ]);
  });

  it('hides the assertion of a grant', async () => {
    server.respond = (asked) =>
      asked.answer(400, { error: 'invalid_grant', error_description: 'no hush-hush' });
    const grant = { id: 'g', parameters: () => ({ grant_type: 'x', assertion: 'hush-hush' }) };
    expect(inspect(await rejection(request({ grant })))).to.not.contain('hush');
  });

  it('aborts the signal of a method that takes longer than requestTimeoutMs', async () => {
    let seen: AbortSignal | undefined;
    const authenticate = ({ signal }: { signal: AbortSignal }) => {
      seen = signal;
      return new Promise(() => undefined);
    };
    const failure = rejection(request(own({ authenticate })));
    await time.pass(1_000);
    await failure;
    expect(seen?.aborted).to.equal(true);
  });

  for (const secret of ['p@ss w%rd/+', 'p@ss w%rd/+x', 'p@ss w%rd/+xy']) {
    it(`hides Basic credentials in any Base64 (${secret})`, async () => {
      const pairs = [`acme:${secret}`, `acme:${new URLSearchParams({ '': secret }).toString().slice(1)}`];
      const forms = pairs.flatMap((pair) => [
        btoa(pair),
        btoa(pair).replace(/=+$/, ''),
        Buffer.from(pair).toString('base64url'),
      ]);
      const shown: string[] = [];
      for (const form of forms) {
        server.respond = (asked) => asked.answer(400, { error: 'x', error_description: `<${form}>` });
        const { errorDescription } = await rejection<TokenEndpointError>(
          request({ authenticator: authenticatorOf(secret) }),
        );
        if (!/^<\[secret\]=*>$/.test(errorDescription ?? '')) shown.push(errorDescription ?? '');
      }
      expect(shown).to.deep.equal([]);
    });
  }

  for (const [what, metadata] of [
    ['nothing', () => undefined],
    ['an empty object', async () => ({})],
  ] as const) {
    it(`makes no request where the server gives ${what}, and says so`, async () => {
      const error = await rejection(request({ server: { id: 'x', address: 'https://x', metadata } }));
      expect(error).to.be.instanceOf(TokenRequestError);
      expect([error.message.includes('No token request was sent'), server.requests.length]).to.deep.equal([
        true,
        0,
      ]);
    });
  }

  for (const [what, authenticate] of [
    ['nothing', () => undefined],
    ['headers that are no text', () => ({ headers: { A: 5 } })],
  ] as const) {
    it(`makes no request where a method gives ${what}, and names the method`, async () => {
      const error = await rejection(request(own({ authenticate })));
      expect(error).to.be.instanceOf(TokenRequestError);
      expect(error.message).to.contain('own');
    });
  }

  it('makes no request without a grant_type', async () => {
    await rejection(request({ grant: { id: 'g', parameters: () => undefined } })).catch(() => undefined);
    expect(server.requests).to.have.length(0);
  });

  it('shows no name of an error, which may be a secret', async () => {
    const stage = new EntryStage({ retry: { retries: 0 } });
    const authenticate = () => {
      throw Object.assign(new Error('x'), { name: 'hush-hush' });
    };
    const failure = rejection(stage.get(stage.entry({ ...target, ...own({ authenticate }) } as Target)));
    expect(inspect(await failure)).to.not.contain('hush');
    await stage.close();
  });

  it('fails as the server says where secrets() gives what is no text', async () => {
    refuse('words');
    expect(await rejection(request(own({ secrets: () => [undefined, 5] })))).to.include({
      error: 'invalid_client',
    });
  });

  it('fails as the server says where a secret holds a lone surrogate', async () => {
    refuse('words');
    expect(await rejection(request(own({ secrets: () => ['\ud800-hush'] })))).to.include({
      error: 'invalid_client',
    });
  });

  describe('with a certificate', () => {
    const cert = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    const proof = (certificate: unknown) => own({ authenticate: () => ({ certificate }) });
    const serverOf = (metadata: object) => ({
      server: { id: 'x', address: 'https://as.example', metadata: () => metadata },
    });

    for (const [what, rubbish] of [
      ['null', null],
      ['text', cert],
      ['a list', [cert]],
      ['no key', { cert }],
      ['an empty key', { cert, key: '' }],
      ['no certificate', { key: 'hush-hush' }],
      ['a certificate that is no PEM', { cert: 'x', key: 'hush-hush' }],
      ['bytes', { cert: Buffer.from(cert), key: 'hush-hush' }],
      ['a passphrase that is no text', { cert, key: 'hush-hush', passphrase: 5 }],
    ] as [string, unknown][]) {
      it(`sends nothing where that is ${what}`, async () => {
        const error = await rejection(request(proof(rubbish)));
        expect(error).to.be.instanceOf(TokenRequestError);
        expect(error.message).to.match(/gave something else than .*a certificate as PEM/);
        expect(inspect(error)).to.not.contain('hush');
        expect(server.requests).to.have.length(0);
      });
    }

    it('goes to the alias of the token endpoint; without one it does not', async () => {
      const metadata = {
        tokenEndpoint: 'https://as.example/token',
        mtlsTokenEndpoint: () => 'https://mtls.example/token',
      };
      await request({ ...serverOf(metadata), ...proof({ cert, key: 'k' }) });
      await request({ ...serverOf(metadata), ...own({}) });
      await request({ ...serverOf({ tokenEndpoint: metadata.tokenEndpoint }), ...proof({ cert, key: 'k' }) });
      expect(server.requests.map(({ config }) => config.url)).to.deep.equal([
        'https://mtls.example/token',
        'https://as.example/token',
        'https://as.example/token',
      ]);
    });

    it('hides key and passphrase, should a server know them', async () => {
      const words = 'no hush-hush and passphrase-itself';
      server.respond = (asked) => asked.answer(409, { error: 'odd', error_description: words });
      const certificate = { cert, key: 'hush-hush', passphrase: 'passphrase-itself' };
      const error = await rejection(request({ ...proof(certificate) }));
      expect(error).to.include({ errorDescription: 'no [secret] and [secret]' });
    });
  });
});
