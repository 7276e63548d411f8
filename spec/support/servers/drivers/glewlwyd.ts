import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { ALL, type ServerDriver, type ServerSettings } from '../server-driver.js';

const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const MODULES = '/usr/lib/glewlwyd';

/** Does not form-decode Basic. A scope must be named. Refuses with a bare 403 that has no body. */
export const glewlwyd: ServerDriver = {
  name: 'Glewlwyd',
  path: '/api/oidc/token',
  options: { scope: 'read' },
  understands: { basic: ['plain'], 'basic-raw': ALL, post: ALL },
  probe: { program: '/bin/sh', args: ['-c', `glewlwyd --version && sqlite3 --version && cat ${SCHEMA}`] },
  prepare(settings) {
    const { folder } = settings;
    if (!existsSync(`${folder}/db`)) spawnSync('sqlite3', [`${folder}/db`, `.read ${SCHEMA}`]);
    writeFileSync(`${folder}/glewlwyd.conf`, configuration(settings));
    return { program: 'glewlwyd', args: ['--config-file', `${folder}/glewlwyd.conf`] };
  },
  async tellClients(settings) {
    const admin = await Admin.login(settings.port);
    if (!(await admin.has('mod/plugin/oidc'))) {
      await admin.send('POST', 'scope', { name: 'read', display_name: 'read', description: 'reading' });
      await admin.send('POST', 'mod/plugin', plugin(settings));
    }
    for (const { id, secret } of settings.clients) {
      const client = { client_id: id, password: secret, ...CLIENT };
      const path = `client/${encodeURIComponent(id)}`;
      if (await admin.has(path)) await admin.send('PUT', path, client);
      else await admin.send('POST', 'client', client);
    }
  },
};

const CLIENT = {
  name: 'a client',
  confidential: true,
  enabled: true,
  scope: ['read'],
  authorization_type: ['client_credentials'],
  redirect_uri: [],
  token_endpoint_auth_method: ['client_secret_basic', 'client_secret_post'],
};

const plugin = ({ port, lifetimeSeconds }: ServerSettings) => ({
  module: 'oidc',
  name: 'oidc',
  display_name: 'OpenID Connect',
  parameters: {
    iss: `http://127.0.0.1:${port}/api/oidc`,
    'jwt-type': 'sha',
    'jwt-key-size': '256',
    key: 'a key that signs nothing of worth',
    'access-token-duration': lifetimeSeconds,
    'refresh-token-duration': 1_209_600,
    'code-duration': 600,
    'allow-non-oidc': true,
    'auth-type-client-enabled': true,
    scope: [],
  },
});

const configuration = ({ folder, port }: ServerSettings) => `
port = ${port}
bind_address = "127.0.0.1"
external_url = "http://127.0.0.1:${port}/"
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
database = { type = "sqlite3"; path = "${folder}/db"; };
`;

/** Its HTTP interface for administrators, with the account that every new Glewlwyd has. */
class Admin {
  private constructor(
    private readonly api: string,
    private readonly cookie: string,
  ) {}

  static async login(port: number): Promise<Admin> {
    const api = `http://127.0.0.1:${port}/api/`;
    const anonymous = new Admin(api, '');
    const answer = await anonymous.send('POST', 'auth', { username: 'admin', password: 'password' });
    return new Admin(
      api,
      answer.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';', 1)[0])
        .join('; '),
    );
  }

  async has(path: string): Promise<boolean> {
    const answer = await fetch(this.api + path, { headers: { cookie: this.cookie } });
    return answer.ok;
  }

  async send(method: string, path: string, body: object): Promise<Response> {
    const headers = { cookie: this.cookie, 'content-type': 'application/json' };
    const answer = await fetch(this.api + path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`Glewlwyd: ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
