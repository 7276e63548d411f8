import { expect } from 'chai';
import { checkSource, readAttachOptions } from '../../lib/attach/attach-options.js';
import { ConfigurationError } from '../../lib/ground/errors.js';
import { TokenProvider } from '../../lib/token-provider.js';

const origins = 'https://api.example';

describe('readAttachOptions()', () => {
  it('has defaults', () => {
    expect(readAttachOptions({ origins })).to.deep.include({
      target: {},
      headerName: 'Authorization',
      isAuthorizationAlone: true,
      prefix: 'Bearer ',
      retryRejected: true,
    });
  });

  for (const [header, headerName, prefix] of [
    ['Authorization: Token', 'Authorization', 'Token '],
    ['X-Token', 'X-Token', ''],
    ['X-Token:', 'X-Token', ''],
    ['X-Token:Bearer', 'X-Token', 'Bearer '],
  ] as const) {
    it(`reads the header '${header}'`, () => {
      expect(readAttachOptions({ origins, header })).to.include({
        headerName,
        prefix,
        isAuthorizationAlone: headerName !== 'X-Token',
      });
    });
  }

  for (const header of ['', ' X', 'X Y', 'X: a b', 'X\r\nY', 'X: a\n', ': Bearer', 5, null]) {
    it(`refuses the header ${JSON.stringify(header)}`, () => {
      expect(() => readAttachOptions({ origins, header: header as never })).to.throw(
        ConfigurationError,
        /^header: /,
      );
    });
  }

  it('adds a proof beside Authorization where tokens are bound to a key, and takes no other header then', () => {
    for (const header of [undefined, 'Authorization: DPoP', 'authorization:dpop']) {
      const settings = readAttachOptions({ origins, header }, undefined, true);
      const headerName = header?.split(':')[0] ?? 'Authorization';
      expect(settings).to.deep.include({
        headerName,
        addedHeaders: [headerName, 'DPoP'],
        isAuthorizationAlone: false,
      });
      expect(settings.prefix).to.match(/^dpop $/i);
    }
    for (const header of [
      'Authorization: Bearer',
      'Authorization',
      'X-Token',
      'X-Token: DPoP',
      'DPoP: Authorization',
    ])
      expect(() => readAttachOptions({ origins, header }, undefined, true))
        .to.throw(ConfigurationError, /^header: contradicts dpop of the provider/)
        .with.property('option', 'header');
    expect(() => readAttachOptions({ origins, header: 5 as never }, undefined, true)).to.throw(
      /^header: must be like/,
    );
    expect(readAttachOptions({ origins, header: 'X-Token' }).addedHeaders).to.deep.equal(['X-Token']);
  });

  it('takes plain http for other than loopback with allowHttp alone', () => {
    const http = { origins: 'http://api.example' };
    expect(() => readAttachOptions({ ...http, allowHttp: false })).to.throw(
      ConfigurationError,
      'allowHttp: true',
    );
    expect(
      readAttachOptions({ ...http, allowHttp: true }).origins.hasAddress('http://api.example/x'),
    ).to.equal(true);
  });

  it('refuses what it does not know, and a target that is none', () => {
    for (const [options, option] of [
      [{ origins, colour: 1 }, 'colour'],
      [{ origins, target: { clientId: 5 } }, 'clientId'],
      [{ origins, target: null }, 'target options'],
      [{ origins, retryRejected: 1 }, 'retryRejected'],
      [{ origins, isRejected: 401 }, 'isRejected'],
      [{ origins, allowHttp: 'yes' }, 'allowHttp'],
      [null, 'attach options'],
    ] as const)
      expect(() => readAttachOptions(options as never))
        .to.throw(ConfigurationError)
        .with.property('option', option);
  });
});

describe('checkSource()', () => {
  it('takes a TokenProvider', async () => {
    const provider = new TokenProvider({ subdomain: 'acme', clientId: 'a', clientSecret: 'b' });
    expect(() => checkSource(provider)).to.not.throw();
    await provider.close();
  });

  for (const odd of [undefined, null, {}, 'token', { getToken: () => 'x' }]) {
    it(`refuses ${JSON.stringify(odd)}`, () => {
      expect(() => checkSource(odd)).to.throw(ConfigurationError, /^provider: must be a TokenProvider; got /);
    });
  }
});
