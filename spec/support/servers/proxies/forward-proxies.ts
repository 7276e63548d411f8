import { writeFileSync } from 'node:fs';
import type { Command, Place } from '../program.js';

/** What a forward proxy does with CONNECT: lets it through, refuses it, or asks who is there. */
export type Manner = 'passes' | 'refuses' | 'asks';

export const PROXY_USER = { name: 'proxyuser', password: 'pr0xyPassw0rd' };
const PASSWORD_HASH = '$apr1$spec$FASu7MqavW6T5XgwjujdK/';

export interface ForwardProxy {
  readonly name: string;
  /** A command that succeeds where it is installed. */
  readonly probe: Command;
  readonly prepare: (manner: Manner) => (place: Place) => Command;
}

export const tinyproxy: ForwardProxy = {
  name: 'tinyproxy',
  probe: { program: 'tinyproxy', args: ['-v'] },
  prepare:
    (manner) =>
    ({ folder, port }) => {
      const lines = [
        `Port ${port}`,
        'Listen 127.0.0.1',
        'Allow 127.0.0.1',
        'LogLevel Critical',
        // No port at all.
        ...(manner === 'refuses' ? ['ConnectPort 0'] : []),
        ...(manner === 'asks' ? [`BasicAuth ${PROXY_USER.name} ${PROXY_USER.password}`] : []),
      ];
      writeFileSync(`${folder}/tinyproxy.conf`, `${lines.join('\n')}\n`);
      return { program: 'tinyproxy', args: ['-d', '-c', `${folder}/tinyproxy.conf`] };
    },
};

export const squid: ForwardProxy = {
  name: 'squid',
  probe: { program: 'squid', args: ['-v'] },
  prepare:
    (manner) =>
    ({ folder, port }) => {
      const lines = [
        `http_port 127.0.0.1:${port}`,
        'pid_filename none',
        `cache_log ${folder}/cache.log`,
        'access_log none',
        'cache deny all',
        'netdb_filename none',
        'shutdown_lifetime 0 seconds',
        ...(manner === 'asks' ? asking(folder) : []),
        `http_access ${manner === 'refuses' ? 'deny' : 'allow'} all`,
      ];
      writeFileSync(`${folder}/squid.conf`, `${lines.join('\n')}\n`);
      return { program: 'squid', args: ['--foreground', '-f', `${folder}/squid.conf`] };
    },
};

function asking(folder: string): string[] {
  writeFileSync(`${folder}/users`, `${PROXY_USER.name}:${PASSWORD_HASH}\n`);
  return [
    `auth_param basic program /usr/lib/squid/basic_ncsa_auth ${folder}/users`,
    'auth_param basic children 1',
    'auth_param basic realm a proxy',
    'acl known proxy_auth REQUIRED',
    'http_access deny !known',
  ];
}
