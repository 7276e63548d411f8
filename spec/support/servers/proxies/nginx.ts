import { rmSync, writeFileSync } from 'node:fs';
import type { KeyAndCertificate } from '../../certificates.js';
import { quietPort } from '../process-group.js';
import { Program } from '../program.js';

/** How the location of the token endpoint answers instead of its server, while it is told to. */
export type Blip = 404 | 503;

/** nginx before a token endpoint, with some of the ways in which a gateway answers itself. */
export class Nginx {
  private constructor(
    private readonly program: Program,
    private readonly tlsPort: number,
  ) {}

  static async start(tokenEndpoint: string, tls: KeyAndCertificate): Promise<Nginx> {
    const tlsPort = await quietPort();
    const program = await Program.start(({ folder, port }) => {
      writeFileSync(`${folder}/key.pem`, tls.key);
      writeFileSync(`${folder}/cert.pem`, tls.cert);
      writeFileSync(`${folder}/page.html`, '<!doctype html><title>A page</title>');
      writeFileSync(`${folder}/nginx.conf`, configuration({ folder, port, tlsPort, tokenEndpoint }));
      return { program: 'nginx', args: ['-p', folder, '-c', `${folder}/nginx.conf`] };
    });
    return new Nginx(program, tlsPort);
  }

  get port(): number {
    return this.program.port;
  }

  /** Plain http, with the path of one of its locations. */
  url(path: string): string {
    return `http://127.0.0.1:${this.program.port}${path}`;
  }

  /** An address where somebody takes the one protocol for the other. */
  mistaken(protocol: 'http' | 'https'): string {
    return `${protocol}://localhost:${protocol === 'http' ? this.tlsPort : this.program.port}/token`;
  }

  begin(blip: Blip): void {
    writeFileSync(`${this.program.folder}/answer-${blip}`, '');
  }

  end(blip: Blip): void {
    rmSync(`${this.program.folder}/answer-${blip}`);
  }

  close(): Promise<void> {
    return this.program.close();
  }
}

interface Addresses {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly tokenEndpoint: string;
}

const configuration = ({ folder, port, tlsPort, tokenEndpoint }: Addresses) => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr crit;
events {}
http {
  access_log off;
  default_type text/html;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  limit_req_zone $server_name zone=few:1m rate=5r/s;
  ssl_certificate ${folder}/cert.pem;
  ssl_certificate_key ${folder}/key.pem;
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${tlsPort} ssl;
    root ${folder};
    location = /token {
      if (-f ${folder}/answer-404) { return 404; }
      if (-f ${folder}/answer-503) { return 503; }
      proxy_pass ${tokenEndpoint};
    }
    location = /limited {
      limit_req zone=few;
      limit_req_status 429;
      proxy_pass ${tokenEndpoint};
    }
    location = /login { return 200 '<!doctype html><title>Log in</title>'; }
    location = /moved { return 301 /token; }
    location = /small { client_max_body_size 1; proxy_pass ${tokenEndpoint}; }
  }
}
`;
