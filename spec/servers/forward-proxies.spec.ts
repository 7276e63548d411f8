import https from 'node:https';
import axios from 'axios';
import { expect } from 'chai';
import { AuthorizationServer } from '../../examples/embedded/authorization-server.js';
import { TokenProvider, TokenRequestError } from '../../lib/index.js';
import { CertificateAuthority } from '../support/certificates.js';
import { rejection } from '../support/rejection.js';
import { describeInstalled } from '../support/servers/installed.js';
import { Program } from '../support/servers/program.js';
import { type Manner, PROXY_USER, squid, tinyproxy } from '../support/servers/proxies/forward-proxies.js';
import { heard } from '../support/servers/trials/busy-period.js';
import { itPasses } from '../support/servers/trials/trial.js';

const CLIENT = { clientId: 'acme', clientSecret: 's3cret' };
const VARIABLE = 'HTTPS_PROXY';
/** All that axios looks at for an https address. */
const VARIABLES = [VARIABLE, 'https_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy'];
/** What a refusal by the proxy must not be mistaken for. */
const ADVICE_ABOUT_THE_CLIENT = /clientSecret|authentication is basic/;

const REFUSED = 'tells that the proxy refuses to connect, which one, and who named it';
const ASKED = 'tells that the proxy wants a login, once, and shows none';
const PENDING: readonly string[] = [];

for (const proxy of [tinyproxy, squid]) {
  describeInstalled(
    `${proxy.name} between the provider and an https token endpoint`,
    proxy.probe,
    function () {
      this.timeout(60_000);
      let server: AuthorizationServer;
      let authority: CertificateAuthority;
      let running: Program | undefined;
      const surroundings = { ...process.env };

      before(async () => {
        authority = await CertificateAuthority.create();
        server = await AuthorizationServer.start({ ...CLIENT, tls: await authority.issue(['localhost']) });
      });
      after(() => server.stop());
      beforeEach(() => {
        for (const name of VARIABLES) delete process.env[name];
      });
      afterEach(async () => {
        for (const name of VARIABLES) delete process.env[name];
        Object.assign(process.env, surroundings);
        await running?.close();
        running = undefined;
      });

      const start = async (manner: Manner, login = '') => {
        running = await Program.start(proxy.prepare(manner));
        process.env[VARIABLE] = `http://${login}127.0.0.1:${running.port}`;
        return `127.0.0.1:${running.port}`;
      };
      const connect = () => {
        const http = axios.create({ httpsAgent: new https.Agent({ ca: authority.pem }) });
        return new TokenProvider({ tokenEndpoint: server.tokenEndpoint, ...CLIENT, http });
      };

      it('passes the request on', async () => {
        await start('passes');
        await using provider = connect();
        expect(await provider.getToken()).to.be.a('string');
      });

      it('passes the request on for whom it knows', async () => {
        await start('asks', `${PROXY_USER.name}:${PROXY_USER.password}@`);
        await using provider = connect();
        expect(await provider.getToken()).to.be.a('string');
      });

      itPasses({ name: proxy.name, pending: PENDING }, REFUSED, async () => {
        const address = await start('refuses');
        await using provider = connect();
        const error = await rejection(provider.getToken({ maxWaitMs: 5_000 }));
        expect(error.message)
          .to.contain(address)
          .and.contain(VARIABLE)
          .and.not.match(ADVICE_ABOUT_THE_CLIENT);
        const cause = error instanceof TokenRequestError ? error : error.cause;
        expect(cause).to.be.instanceOf(TokenRequestError).and.include({ reason: 'ERR_PROXY' });
      });

      itPasses({ name: proxy.name, pending: PENDING }, ASKED, async () => {
        const address = await start('asks', `${PROXY_USER.name}:wr0ngPassw0rd@`);
        await using provider = connect();
        const error = await rejection(provider.getToken({ maxWaitMs: 5_000 }));
        expect(error)
          .to.be.instanceOf(TokenRequestError)
          .and.include({ permanent: true, reason: 'ERR_PROXY' });
        expect(error.message)
          .to.contain(address)
          .and.contain(VARIABLE)
          .and.not.match(ADVICE_ABOUT_THE_CLIENT);
        expect(error.message).to.not.contain('wr0ngPassw0rd');
      });

      it('is waited for where it is not there yet', async () => {
        running = await Program.place(proxy.prepare('passes'));
        process.env[VARIABLE] = `http://127.0.0.1:${running.port}`;
        await using provider = connect();
        const token = provider.getToken();
        await heard(provider, 'retry');
        await running.start();
        expect(await token).to.be.a('string');
      });
    },
  );
}
