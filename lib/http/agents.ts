import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** A token request in the background must not keep the process alive; a waiting caller does so by a timer of its own. */
function letGo<T>(socket: T): T {
  (socket as Partial<Socket>).unref?.();
  return socket;
}

class PassiveHttpAgent extends http.Agent {
  override createConnection(...args: Parameters<http.Agent['createConnection']>) {
    return letGo(super.createConnection(...args));
  }
}

class PassiveHttpsAgent extends https.Agent {
  override createConnection(...args: Parameters<https.Agent['createConnection']>) {
    return letGo(super.createConnection(...args));
  }
}

/**
 * Agents for one request, without keep-alive: minutes lie between two token requests. The signal ends their sockets, also the one
 * that axios opens towards a proxy and forgets if the proxy never answers.
 */
export function passiveAgents(signal: AbortSignal): { httpAgent: http.Agent; httpsAgent: https.Agent } {
  const options = { signal } as https.AgentOptions;
  return { httpAgent: new PassiveHttpAgent(options), httpsAgent: new PassiveHttpsAgent(options) };
}
