import { mkdirSync, writeFileSync } from 'node:fs';
import {
  ALL,
  allBut,
  appPath,
  type RegisteredClient,
  type ServerDriver,
  type ServerSettings,
} from '../server-driver.js';

/**
 * Does not form-decode Basic, cuts a secret at its first colon there, and reads Base64 up to its first `+` or `/` alone.
 * A scope must be named. Answers 400 to a wrong secret in the body, 401 to one in the header.
 */
export const lemonLdap: ServerDriver = {
  name: 'LemonLDAP::NG',
  path: '/oauth2/token',
  options: { scope: 'read' },
  understands: { basic: ['plain'], 'basic-raw': allBut(':'), post: ALL },
  hidesWrongPaths: true,
  readsClientsAtStart: true,
  probe: {
    program: '/usr/bin/perl',
    args: [
      '-MPlack',
      '-MIO::String',
      '-MString::Random',
      '-MMIME::Entity',
      '-MLemonldap::NG::Portal',
      '-e',
      '1',
    ],
  },
  prepare(settings) {
    const { folder, port } = settings;
    for (const name of ['conf', 'cache', 'sessions/lock'])
      mkdirSync(`${folder}/${name}`, { recursive: true });
    writeFileSync(`${folder}/lemonldap-ng.ini`, startFile(folder));
    writeFileSync(`${folder}/conf/lmConf-1.json`, JSON.stringify(configuration(settings)));
    return {
      program: '/usr/bin/plackup',
      args: [
        ...['--env', 'production', '--server', 'HTTP::Server::PSGI'],
        ...['--host', '127.0.0.1', '--port', `${port}`, appPath('lemonldap.psgi')],
      ],
      env: { LLNG_DEFAULTCONFFILE: `${folder}/lemonldap-ng.ini` },
    };
  },
};

const startFile = (folder: string) => `
[all]
logLevel = error
[configuration]
type = File
dirName = ${folder}/conf
localStorage = Cache::FileCache
localStorageOptions = {'namespace' => 'config', 'cache_root' => '${folder}/cache', 'default_expires_in' => 1}
[portal]
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
`;

function configuration({ folder, port, lifetimeSeconds, clients }: ServerSettings): object {
  const byName = <T>(value: (client: RegisteredClient) => T) =>
    Object.fromEntries(clients.map((client, index) => [`rp${index}`, value(client)]));
  const storage = { Directory: `${folder}/sessions`, LockDirectory: `${folder}/sessions/lock` };
  return {
    cfgNum: 1,
    cfgAuthor: 'spec',
    cfgDate: '1700000000',
    portal: `http://127.0.0.1:${port}/`,
    domain: 'example.com',
    key: 'a key that protects nothing of worth',
    cookieName: 'session',
    authentication: 'Demo',
    userDB: 'Same',
    passwordDB: 'Null',
    registerDB: 'Null',
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: storage,
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: storage,
    locationRules: {},
    exportedHeaders: {},
    issuerDBOpenIDConnectActivation: 1,
    oidcRPMetaDataOptions: byName(({ id, secret }) => ({
      oidcRPMetaDataOptionsClientID: id,
      oidcRPMetaDataOptionsClientSecret: secret,
      oidcRPMetaDataOptionsAllowClientCredentialsGrant: 1,
      oidcRPMetaDataOptionsAccessTokenExpiration: lifetimeSeconds,
    })),
    oidcRPMetaDataExportedVars: byName(() => ({})),
  };
}
