import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** The certificate that came with a request, if any. */
export function certificateOf(request: IncomingMessage): X509Certificate | undefined {
  const { raw } = (request.socket as TLSSocket).getPeerCertificate?.() ?? {};
  return raw && new X509Certificate(raw);
}
