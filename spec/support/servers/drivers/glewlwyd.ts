import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import type { KeyAndCertificate } from '../../certificates.js';
import { ALL, type ServerDriver, type ServerSettings } from '../server-driver.js';
import { GlewlwydAdmin } from './glewlwyd-admin.js';

const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const MODULES = '/usr/lib/glewlwyd';

/** What is set up beside the usual. */
export interface GlewlwydExtras {
  /** Of the plugin for OpenID Connect. */
  readonly parameters?: object;
  /** Properties of clients, by their ids. */
  readonly clients?: Readonly<Record<string, object>>;
  /** For https, where it asks clients for certificates of this authority. */
  readonly tls?: KeyAndCertificate & { readonly ca: string };
}

/** Does not form-decode Basic. A scope must be named. Refuses with a bare 403 that has no body. */
export function glewlwydWith({ parameters = {}, clients = {}, tls }: GlewlwydExtras): ServerDriver {
  return {
    name: 'Glewlwyd',
    path: '/api/oidc/token',
    options: { scope: 'read' },
    understands: { basic: ['plain'], 'basic-raw': ALL, post: ALL },
    probe: { program: '/bin/sh', args: ['-c', `glewlwyd --version && sqlite3 --version && cat ${SCHEMA}`] },
    prepare(settings) {
      const { folder } = settings;
      if (!existsSync(`${folder}/db`)) spawnSync('sqlite3', [`${folder}/db`, `.read ${SCHEMA}`]);
      for (const [name, text] of Object.entries(tls ?? {})) writeFileSync(`${folder}/${name}.pem`, text);
      writeFileSync(`${folder}/glewlwyd.conf`, configuration(settings, tls !== undefined));
      return { program: 'glewlwyd', args: ['--config-file', `${folder}/glewlwyd.conf`] };
    },
    async tellClients(settings) {
      const admin = await GlewlwydAdmin.login(originOf(settings, tls !== undefined), tls?.ca);
      if (!(await admin.has('mod/plugin/oidc'))) {
        await admin.send('POST', 'scope', { name: 'read', display_name: 'read', description: 'reading' });
        await admin.send(
          'POST',
          'mod/plugin',
          plugin(originOf(settings, tls !== undefined), settings, parameters),
        );
      }
      for (const { id, secret } of settings.clients) {
        const client = { client_id: id, password: secret, ...CLIENT, ...clients[id] };
        const path = `client/${encodeURIComponent(id)}`;
        if (await admin.has(path)) await admin.send('PUT', path, client);
        else await admin.send('POST', 'client', client);
      }
    },
  };
}

export const glewlwyd = glewlwydWith({});

const CLIENT = {
  name: 'a client',
  confidential: true,
  enabled: true,
  scope: ['read'],
  authorization_type: ['client_credentials'],
  redirect_uri: [],
  token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post'],
};

const originOf = ({ port }: ServerSettings, isSecure: boolean) =>
  isSecure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;

const plugin = (origin: string, { lifetimeSeconds }: ServerSettings, parameters: object) => ({
  module: 'oidc',
  name: 'oidc',
  display_name: 'OpenID Connect',
  parameters: {
    iss: `${origin}/api/oidc`,
    'jwt-type': 'sha',
    'jwt-key-size': '256',
    key: 'a key that signs nothing of worth',
    'access-token-duration': lifetimeSeconds,
    'refresh-token-duration': 1_209_600,
    'code-duration': 600,
    'allow-non-oidc': true,
    'auth-type-client-enabled': true,
    scope: [],
    ...parameters,
  },
});

const configuration = (settings: ServerSettings, isSecure: boolean) => `
port = ${settings.port}
bind_address = "127.0.0.1"
external_url = "${originOf(settings, isSecure)}"
use_secure_connection = ${isSecure}
secure_connection_key_file = "${settings.folder}/key.pem"
secure_connection_pem_file = "${settings.folder}/cert.pem"
secure_connection_ca_file = "${settings.folder}/ca.pem"
login_url = "login.html"
api_prefix = "api"
log_mode = "console"
log_level = "ERROR"
cookie_secure = 0
session_key = "SESSION"
session_expiration = 3600
admin_scope = "g_admin"
profile_scope = "g_profile"
hash_algorithm = "SHA256"
user_module_path = "${MODULES}/user"
client_module_path = "${MODULES}/client"
user_auth_scheme_module_path = "${MODULES}/scheme"
plugin_module_path = "${MODULES}/plugin"
database = { type = "sqlite3"; path = "${settings.folder}/db"; };
`;
