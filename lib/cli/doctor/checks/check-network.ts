import net from 'node:net';
import { isLoopback } from '../../../ground/url.js';
import type { TokenAttemptError } from '../../../index.js';
import { checkFailure } from '../check-failure.js';
import type { CheckName, CheckResult } from '../check-result.js';
import { failedStep } from '../failed-step.js';
import { addressesOf, connectTime, type HostAndPort, hostOf } from '../probes/host-probe.js';
import type { RequestProbe } from '../probes/request-probe.js';
import { describeCertificate } from './certificate-words.js';
import type { GoodSettings } from './check-settings.js';

/** What is known of the way to the server. */
interface Way {
  readonly url: URL;
  readonly place: HostAndPort;
  readonly probe: RequestProbe;
  readonly connectedMs: number | undefined;
}

type NetworkCheck = Extract<CheckName, 'DNS' | 'TCP' | 'proxy' | 'TLS'>;

/** What is seen where nothing has failed, one for each check. */
const LOOKS: Readonly<Record<NetworkCheck, (way: Way) => CheckResult | Promise<CheckResult>>> = {
  DNS: lookAtName,
  TCP: lookAtConnection,
  proxy: lookAtProxy,
  TLS: lookAtTls,
};

/**
 * Goes the way to the server, step by step: a request that proves nothing shows whether all is well, and the probes say what is
 * to be seen on the way. Ends with the first that fails.
 */
export async function* checkNetwork(
  settings: GoodSettings,
  probe: RequestProbe,
  timeoutMs: number,
): AsyncGenerator<CheckResult, boolean> {
  const { address, given } = settings;
  const url = new URL(address);
  const place = hostOf(url);
  const connectedMs = probe.proxy ? undefined : await connectTime(place, timeoutMs);
  const way = { url, place, probe, connectedMs };
  const failed = failedCheck(settings, probe, connectedMs !== undefined || probe.proxy !== undefined);
  for (const check of Object.keys(LOOKS) as NetworkCheck[]) {
    if (check === failed) {
      yield checkFailure(check, (probe.failure as TokenAttemptError).message, { given });
      return false;
    }
    yield await LOOKS[check](way);
  }
  return true;
}

/** A server that wants the client's certificate does not get it by the probe: the token request will show. */
function failedCheck({ given }: GoodSettings, { failure }: RequestProbe, isConnected: boolean) {
  const isOfClient =
    given.get('authentication')?.value === 'tls_client_auth' &&
    /client certificate/.test(failure?.message ?? '');
  return failure && !isOfClient ? failedStep(failure, isConnected) : undefined;
}

async function lookAtName({ place: { host }, probe: { proxy } }: Way): Promise<CheckResult> {
  if (net.isIP(host))
    return { check: 'DNS', status: 'ok', seen: `${host} is an address, and needs no name server` };
  if (proxy) return { check: 'DNS', status: 'skip', seen: `the ${proxy.name} looks for ${host}` };
  const addresses = await addressesOf(host);
  if (addresses.length === 0) return { check: 'DNS', status: 'skip', seen: `no address of ${host} was seen` };
  return { check: 'DNS', status: 'ok', seen: `${host} is ${addresses.join(', ')}` };
}

function lookAtConnection({ place: { port }, probe: { proxy, answer }, connectedMs }: Way): CheckResult {
  if (proxy) return { check: 'TCP', status: 'skip', seen: `the ${proxy.name} connects to port ${port}` };
  if (connectedMs === undefined && !answer)
    return { check: 'TCP', status: 'skip', seen: `no connection to port ${port} was seen` };
  const time = connectedMs === undefined ? '' : `, ${connectedMs.toFixed(0)} ms`;
  return { check: 'TCP', status: 'ok', seen: `port ${port} takes connections${time}` };
}

function lookAtProxy({ url, probe: { proxy, answer, tls } }: Way): CheckResult {
  if (!proxy) return { check: 'proxy', status: 'ok', seen: 'none on the way' };
  // In plain http nothing comes before the answer that would show it.
  if (!answer && !tls && url.protocol === 'http:')
    return { check: 'proxy', status: 'skip', seen: `by way of the ${proxy.name}, which may be what failed` };
  return { check: 'proxy', status: 'ok', seen: `by way of the ${proxy.name}` };
}

/** By the handshake of the request itself: another connection may lead elsewhere, and none leads past a proxy. */
function lookAtTls({ url, probe: { tls } }: Way): CheckResult {
  if (url.protocol === 'http:') return lookAtPlain(url);
  return tls
    ? describeCertificate(tls, Date.now())
    : {
        check: 'TLS',
        status: 'skip',
        seen: 'no whole handshake was seen, so nothing is known of the certificate',
      };
}

function lookAtPlain(url: URL): CheckResult {
  if (isLoopback(url)) return { check: 'TLS', status: 'skip', seen: 'plain http, within this machine' };
  return {
    check: 'TLS',
    status: 'warn',
    seen: 'plain http, by allowHttp',
    meaning: 'Whoever is on the way can read the secret and the token.',
    mend: 'Use https, unless something else encrypts this network.',
  };
}
