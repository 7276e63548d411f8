import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import { type HttpClient, ownClient } from '../../../http/own-client.js';
import { type HttpProxy, isTunnelMissing, proxyOf } from '../../../http/proxy.js';

/** What TLS was agreed on, and until when the server's certificate is good. */
export interface TlsDetails {
  readonly protocol: string;
  readonly certificate: Pick<PeerCertificate, 'valid_to' | 'issuer'>;
  /** Whether it was found good: by an authority that is trusted, and for this host. */
  readonly isTrusted: boolean;
}

type OnResponse = (response: IncomingMessage) => void;

/** Keeps what is to be seen of one request while it is under way: one that hangs has neither an answer nor an error to look at. */
export class WatchedSending {
  #sent: ClientRequest | undefined;
  #socket: Socket | undefined;
  #tls: TlsDetails | undefined;

  /** The library's own client, whose request is watched. */
  async client(signal: AbortSignal): Promise<HttpClient> {
    const client = await ownClient(signal);
    const transport = {
      request: (options: https.RequestOptions, onResponse: OnResponse) => this.#send(options, onResponse),
    };
    return { request: (config) => client.request({ ...config, transport }) };
  }

  /** By which the request goes. */
  get proxy(): HttpProxy | undefined {
    return this.#sent && proxyOf({ request: this.#sent });
  }

  /** Whether a proxy was asked for a tunnel, and has not given it. */
  get waitsForTunnel(): boolean {
    return this.#sent !== undefined && isTunnelMissing({ request: this.#sent });
  }

  /** Whether there is a connection to the server, and on it no end of a handshake. */
  get waitsForTls(): boolean {
    const isOpen = this.#socket instanceof TLSSocket && !this.#socket.connecting;
    return isOpen && this.#tls === undefined;
  }

  /** What came of the handshake; `undefined` where it was not done. */
  get tls(): TlsDetails | undefined {
    return this.#tls;
  }

  #send(options: https.RequestOptions, onResponse: OnResponse): ClientRequest {
    const request = (options.protocol === 'http:' ? http : https).request(options, onResponse);
    this.#sent = request;
    request.once('socket', (socket) => {
      this.#socket = socket;
      if (socket instanceof TLSSocket) socket.once('secureConnect', () => this.#look(socket));
    });
    return request;
  }

  #look(socket: TLSSocket): void {
    this.#tls = {
      protocol: socket.getProtocol() ?? 'TLS',
      certificate: socket.getPeerCertificate(),
      isTrusted: socket.authorized,
    };
  }
}
