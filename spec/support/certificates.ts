import { generate } from 'selfsigned';

const HOUR_MS = 3_600_000;

export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of the test's own, which signs for the names it is asked for. */
export class CertificateAuthority {
  private constructor(private readonly own: KeyAndCertificate) {}

  static async create(name = 'Test CA'): Promise<CertificateAuthority> {
    return new CertificateAuthority(await generateAuthority(name));
  }

  get pem(): string {
    return this.own.cert;
  }

  /** For programs that sign by it. */
  get pair(): KeyAndCertificate {
    return this.own;
  }

  /** An authority that this one has signed for. */
  async intermediate(): Promise<CertificateAuthority> {
    return new CertificateAuthority(await generateAuthority('Test CA between', this.own));
  }

  /** A key and a certificate for these host names, valid until `endsInMs` from now (negative: expired). */
  async issue(names: readonly string[], endsInMs = HOUR_MS): Promise<KeyAndCertificate> {
    const altNames = names.map((value) => ({ type: 2 as const, value }));
    const { private: key, cert } = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ...validity(endsInMs),
      extensions: [{ name: 'subjectAltName', altNames }],
      ca: this.own,
    });
    return { key, cert };
  }
}

async function generateAuthority(name: string, ca?: KeyAndCertificate): Promise<KeyAndCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...validity(HOUR_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
    ...(ca && { ca }),
  });
  return { key, cert };
}

function validity(endsInMs: number): { notBeforeDate: Date; notAfterDate: Date } {
  return { notBeforeDate: new Date(Date.now() - 2 * HOUR_MS), notAfterDate: new Date(Date.now() + endsInMs) };
}
