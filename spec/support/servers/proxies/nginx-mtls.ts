import { writeFileSync } from 'node:fs';
import type { KeyAndCertificate } from '../../certificates.js';
import { Program } from '../program.js';

export interface MtlsRules {
  readonly tls: KeyAndCertificate;
  /** Who signs for clients. */
  readonly ca: string;
  readonly crl: string;
  readonly tokenEndpoint: string;
  /** `on`: nginx refuses by itself; `optional_no_ca`: it passes any certificate on, and the server behind it decides. */
  readonly verify: 'on' | 'optional_no_ca';
}

/** nginx in front of a token endpoint, with the certificate of the client in a header, as it is run for RFC 8705. */
export function startMtlsNginx(rules: MtlsRules): Promise<Program> {
  return Program.start(({ folder, port }) => {
    const write = (name: string, text: string) => writeFileSync(`${folder}/${name}`, text);
    write('key.pem', rules.tls.key);
    write('cert.pem', rules.tls.cert);
    write('ca.pem', rules.ca);
    write('crl.pem', rules.crl);
    write('nginx.conf', configuration(folder, port, rules));
    return { program: 'nginx', args: ['-p', folder, '-c', `${folder}/nginx.conf`] };
  });
}

const configuration = (folder: string, port: number, { verify, tokenEndpoint }: MtlsRules) => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${folder}/cert.pem;
    ssl_certificate_key ${folder}/key.pem;
    ssl_client_certificate ${folder}/ca.pem;
    ${verify === 'on' ? `ssl_crl ${folder}/crl.pem;` : ''}
    ssl_verify_client ${verify};
    location = /token {
      proxy_set_header X-Client-Certificate $ssl_client_escaped_cert;
      proxy_pass ${tokenEndpoint};
    }
  }
}
`;
