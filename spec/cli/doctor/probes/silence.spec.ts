import { expect } from 'chai';
import { silentProxy, silentTls } from '../../../../lib/cli/doctor/probes/silence.js';

const PROXY = {
  name: 'proxy p.example:80 (HTTPS_PROXY)',
  variable: 'HTTPS_PROXY',
  hasCredentials: false,
  isSocks: false,
};

describe('what is said of silence', () => {
  it('names the proxy, the host that it was asked for, and the variable', () => {
    const { message, reason, permanent } = silentProxy(PROXY, 'https://[::1]:8443/token', 2_000);
    expect([reason, permanent]).to.deep.equal(['ERR_PROXY', false]);
    expect(message).to.match(
      /^The proxy p\.example:80 \(HTTPS_PROXY\) did not answer CONNECT to \[::1\]:8443 within 2 s\. .*in HTTPS_PROXY right/,
    );
  });

  it('knows that a proxy of SOCKS does not understand', () => {
    const { message } = silentProxy({ ...PROXY, isSocks: true }, 'https://as.example', 2_000);
    expect(message).to.contain('It speaks SOCKS').and.contain('in HTTPS_PROXY');
  });

  it('names what may hold up a handshake', () => {
    expect(silentTls('https://as.example', 500, undefined).message).to.match(
      /^There was no TLS handshake with as\.example:443 within 500 ms\. .*or a firewall holds/,
    );
    expect(silentTls('https://as.example', 500, PROXY).message).to.contain('or the proxy p.example:80');
  });
});
