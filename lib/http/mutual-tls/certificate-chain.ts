import type { X509Certificate } from 'node:crypto';
import { nodeCrypto } from '../../ground/runtime/late-modules.js';

const BLOCK =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/** The certificates of a PEM text, without whatever else is in it: a key, or words. */
export function certificateBlocks(text: string): string[] {
  return text.match(BLOCK) ?? [];
}

/** The first certificate of a PEM text, which is that of the client itself; `undefined` where there is none that can be read. */
export function leafCertificate(text: string): X509Certificate | undefined {
  const crypto = nodeCrypto();
  try {
    return new crypto.X509Certificate(certificateBlocks(text)[0] ?? '');
  } catch {
    return undefined;
  }
}
