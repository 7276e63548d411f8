import { expect } from 'chai';
import { CHECKS, type CheckName, type CheckResult } from '../../lib/cli/doctor/check-result.js';
import { BundledProgram } from '../support/bundled-program.js';
import { tooLong } from '../support/command.js';
import { refuseWith } from '../support/connect-proxy.js';
import { DoctorWorld } from '../support/doctor-world.js';
import { HAS_TERMINAL, runInTerminal, shownText } from '../support/terminal.js';

type Env = NodeJS.ProcessEnv;

/** A set-up that is wrong in one way, and what its text has a reader do. */
interface Case {
  readonly what: string;
  /** Where it must be noticed. */
  readonly check: CheckName;
  /** What the text says, that leads to the mend. */
  readonly says: readonly (string | RegExp)[];
  readonly wrong: (world: DoctorWorld) => Env | Promise<Env>;
  /** The set-up as the text has it, where that is not the right one. */
  readonly mended?: (world: DoctorWorld) => Env | Promise<Env>;
  readonly exit?: number;
  /** What is doubted of the server all the same: its certificate ends within an hour. */
  readonly doubts?: readonly CheckName[];
  readonly args?: readonly string[];
}

const scripted = (world: DoctorWorld): Env => ({
  ...world.env,
  M2M_TOKEN_ENDPOINT: world.scripted.tokenEndpoint,
});
/** A scripted server that says no to a token request by its body, until that is mended. */
const refusing = (world: DoctorWorld, status: number, body: object, isWrong = (_: string) => true): Env => {
  world.scripted.answer = (request) =>
    isWrong(request) ? { status, body } : { body: world.scripted.grant() };
  return scripted(world);
};
/** An app that is set to POST: OneLogin says the same as to a wrong secret. */
const posting = (world: DoctorWorld): Env =>
  refusing(
    world,
    401,
    { error: 'invalid_client' },
    (request) => !request.includes('client_secret=s3cret-v1'),
  );
const repaired = (world: DoctorWorld): Env => {
  world.reset();
  return scripted(world);
};
const otherAddress = (change: (url: URL) => void) => (world: DoctorWorld) => {
  const url = new URL(world.secure.tokenEndpoint);
  change(url);
  return { ...world.env, M2M_TOKEN_ENDPOINT: url.href };
};

const CASES: readonly Case[] = [
  {
    what: 'no client',
    check: 'settings',
    says: ['Not set: the client', 'M2M_CLIENT_ID'],
    wrong: ({ env }) => ({ ...env, M2M_CLIENT_ID: '' }),
    exit: 2,
  },
  {
    what: 'a variable that is misspelt',
    check: 'settings',
    says: ['its secret', 'M2M_CLIENT_SECRET', 'M2M_SECRET is set, but nothing reads that'],
    wrong: ({ env }) => ({ ...env, M2M_CLIENT_SECRET: '', M2M_SECRET: env.M2M_CLIENT_SECRET }),
    exit: 2,
  },
  {
    what: 'two servers',
    check: 'settings',
    says: ['contradict each other', 'M2M_SUBDOMAIN', 'M2M_TOKEN_ENDPOINT'],
    wrong: ({ env }) => ({ ...env, M2M_SUBDOMAIN: 'acme' }),
    exit: 2,
  },
  {
    what: 'a whole host for a subdomain',
    check: 'settings',
    says: ["alone: 'acme'", 'M2M_SUBDOMAIN'],
    wrong: ({ oneLogin }) => ({ ...oneLogin, M2M_SUBDOMAIN: 'https://acme.onelogin.com' }),
    mended: ({ oneLogin }) => oneLogin,
    exit: 2,
  },
  {
    what: "the administration API's address",
    check: 'settings',
    says: ['administration API', '/oidc/2/token', 'M2M_TOKEN_ENDPOINT'],
    wrong: otherAddress((url) => {
      url.pathname = '/auth/oauth2/v2/token';
    }),
    exit: 2,
  },
  {
    what: 'an address without its scheme',
    check: 'settings',
    says: ['must be an https URL', 'tokenEndpoint is M2M_TOKEN_ENDPOINT'],
    wrong: ({ env, secure }) => ({
      ...env,
      M2M_TOKEN_ENDPOINT: secure.tokenEndpoint.replace('https://', ''),
    }),
    exit: 2,
  },
  {
    what: 'plain http to another machine',
    check: 'settings',
    says: ['must be https', 'M2M_TOKEN_ENDPOINT'],
    wrong: ({ env, oneLogin }) => ({
      ...oneLogin,
      M2M_SUBDOMAIN: '',
      M2M_TOKEN_ENDPOINT: 'http://acme.onelogin.com/oidc/2/token',
      NODE_EXTRA_CA_CERTS: env.NODE_EXTRA_CA_CERTS,
    }),
    mended: ({ oneLogin }) => ({
      ...oneLogin,
      M2M_SUBDOMAIN: '',
      M2M_TOKEN_ENDPOINT: 'https://acme.onelogin.com/oidc/2/token',
    }),
    exit: 2,
  },
  {
    what: 'a file of the secret that is not there',
    check: 'settings',
    says: ['M2M_SECRET_FILE: the file cannot be read (ENOENT)', 'Give the name of a file'],
    wrong: (world) => ({ ...world.env, M2M_CLIENT_SECRET: '', M2M_SECRET_FILE: `${world.folder}/nothing` }),
    mended: (world) => ({ ...world.env, M2M_CLIENT_SECRET: '', M2M_SECRET_FILE: world.file('s3cret-v1\n') }),
    exit: 2,
  },
  {
    what: 'a line feed in the secret',
    check: 'settings',
    says: ['clientSecret: contains a line break', 'clientSecret is M2M_CLIENT_SECRET'],
    wrong: ({ env }) => ({ ...env, M2M_CLIENT_SECRET: `${env.M2M_CLIENT_SECRET}\n` }),
    exit: 2,
  },
  {
    what: 'a method that there is not',
    check: 'settings',
    says: ['M2M_AUTHENTICATION: ', 'basic', 'post', 'What OAuth calls client_secret_basic is basic here'],
    wrong: ({ env }) => ({ ...env, M2M_AUTHENTICATION: 'client_secret_basic' }),
    mended: ({ env }) => ({ ...env, M2M_AUTHENTICATION: 'basic' }),
    exit: 2,
  },
  {
    what: 'a host that there is not',
    check: 'DNS',
    says: ['There is no host named acme.invalid', 'Check M2M_TOKEN_ENDPOINT, and the DNS'],
    wrong: otherAddress((url) => {
      url.hostname = 'acme.invalid';
    }),
  },
  {
    what: 'a port at which nobody listens',
    check: 'TCP',
    says: ['Nothing listens there', 'is the port in M2M_TOKEN_ENDPOINT right?'],
    wrong: async (world) => {
      const port = await world.closedPort();
      return otherAddress((url) => {
        url.port = String(port);
      })(world);
    },
    exit: 4,
  },
  {
    what: 'a proxy that is down',
    check: 'proxy',
    says: ['HTTPS_PROXY', 'Does it run, and is its address in HTTPS_PROXY right?'],
    wrong: async (world) => ({ ...world.env, HTTPS_PROXY: `http://127.0.0.1:${await world.closedPort()}` }),
    mended: ({ env, proxy }) => ({ ...env, HTTPS_PROXY: proxy.url }),
    exit: 4,
  },
  {
    what: 'a proxy that wants a login',
    check: 'proxy',
    says: [
      'answered 407',
      'It wants a user name and password of its own',
      'HTTPS_PROXY (http://user:password@host:port)',
    ],
    wrong: ({ env, proxy }) => {
      proxy.fault = refuseWith(407);
      return { ...env, HTTPS_PROXY: proxy.url };
    },
    mended: ({ env, proxy }) => {
      proxy.fault = undefined;
      return { ...env, HTTPS_PROXY: proxy.url.replace('http://', 'http://user:pass@') };
    },
  },
  {
    what: 'a proxy that does not allow the host',
    check: 'proxy',
    says: ['answered 403', 'or name the host in NO_PROXY'],
    wrong: ({ env, proxy }) => {
      proxy.fault = refuseWith(403);
      return { ...env, HTTPS_PROXY: proxy.url };
    },
    mended: ({ env, proxy }) => ({ ...env, HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' }),
  },
  {
    what: 'a proxy that does not answer',
    check: 'proxy',
    says: [/The proxy \S+ \(HTTPS_PROXY\) did not answer CONNECT to localhost:\d+ within 2 s/, 'NO_PROXY'],
    wrong: ({ env, proxy }) => {
      proxy.fault = () => undefined;
      return { ...env, HTTPS_PROXY: proxy.url };
    },
    mended: ({ env, proxy }) => ({ ...env, HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' }),
    args: ['--timeout', '2'],
    exit: 4,
  },
  {
    what: 'an address of a proxy that is none',
    check: 'proxy',
    says: ['The environment variable HTTPS_PROXY holds no address', 'percent-encode a password'],
    wrong: ({ env, proxy }) => ({ ...env, HTTPS_PROXY: `http://user:pa#ss@127.0.0.1:${proxy.port}` }),
    mended: ({ env, proxy }) => ({ ...env, HTTPS_PROXY: `http://user:pa%23ss@127.0.0.1:${proxy.port}` }),
  },
  {
    what: 'https to a port that speaks none',
    check: 'TLS',
    says: ['does not speak TLS', 'Is the port in M2M_TOKEN_ENDPOINT right?'],
    wrong: (world) => ({
      ...world.env,
      M2M_TOKEN_ENDPOINT: world.scripted.tokenEndpoint.replace('http:', 'https:'),
    }),
  },
  {
    what: 'https to a port that takes connections, and says nothing',
    check: 'TLS',
    says: [/no TLS handshake with 127\.0\.0\.1:\d+ within 2 s/, 'Does that port speak TLS?'],
    wrong: async (world) => ({
      ...world.env,
      M2M_TOKEN_ENDPOINT: `https://127.0.0.1:${await world.silentPort()}/token`,
    }),
    args: ['--timeout', '2'],
    exit: 4,
  },
  {
    what: 'plain http to a port that speaks TLS',
    check: 'TLS',
    says: ['write https:// in M2M_TOKEN_ENDPOINT'],
    wrong: otherAddress((url) => {
      url.protocol = 'http:';
    }),
    exit: 4,
  },
  {
    what: 'an authority that is not known',
    check: 'TLS',
    says: ['is not trusted', 'NODE_EXTRA_CA_CERTS'],
    wrong: ({ env }) => ({ ...env, NODE_EXTRA_CA_CERTS: '' }),
  },
  {
    what: 'a certificate that has expired',
    check: 'TLS',
    says: ['has expired', 'Whoever runs the server must renew it'],
    wrong: async (world) => ({
      ...world.env,
      M2M_TOKEN_ENDPOINT: await world.withCertificate(['localhost'], -60_000),
    }),
  },
  {
    what: 'a certificate for another host',
    check: 'TLS',
    says: ['is not for this host, but for acme.example', 'Check the host in M2M_TOKEN_ENDPOINT'],
    wrong: async (world) => ({
      ...world.env,
      M2M_TOKEN_ENDPOINT: await world.withCertificate(['acme.example']),
    }),
  },
  {
    what: 'a clock that is an hour ahead',
    check: 'clock',
    says: [
      /The clock of this machine is (1 h|59 min \d+ s) ahead of that of the server/,
      'Set the clock of this machine',
    ],
    wrong: (world) => {
      world.scripted.headers = { Date: new Date(Date.now() - 3_600_000).toUTCString() };
      return scripted(world);
    },
    mended: repaired,
  },
  {
    what: 'a clock that is two minutes behind',
    check: 'clock',
    says: [/behind that of the server/, 'Set the clock of this machine'],
    wrong: (world) => {
      world.scripted.headers = { Date: new Date(Date.now() + 120_000).toUTCString() };
      return scripted(world);
    },
    mended: repaired,
  },
  {
    what: 'a wrong path',
    check: 'endpoint',
    says: ['answered 404', 'Check the path in M2M_TOKEN_ENDPOINT'],
    wrong: otherAddress((url) => {
      url.pathname = '/oidc/token';
    }),
  },
  {
    what: 'an address that has moved',
    check: 'endpoint',
    says: ['It redirects to', '/oidc/2/token', 'Give the final address', 'M2M_TOKEN_ENDPOINT'],
    wrong: (world) => {
      world.scripted.answer = () => ({ status: 301, headers: { Location: world.secure.tokenEndpoint } });
      return scripted(world);
    },
    mended: ({ env }) => env,
  },
  {
    what: 'a page of HTML for people',
    check: 'endpoint',
    says: ['an HTML page, not a token', 'Check the path in M2M_TOKEN_ENDPOINT'],
    wrong: (world) => {
      world.scripted.answer = () => ({ body: '<!doctype html><title>Log in</title>' });
      return scripted(world);
    },
    mended: ({ env }) => env,
  },
  {
    what: "OneLogin's retired addresses",
    check: 'endpoint',
    says: ['switched off its regional addresses', '--subdomain acme instead of region'],
    wrong: async (world) => {
      const { oneLogin } = world;
      const gone = await world.serverOf(['openid-connect.onelogin.com'], 410);
      world.proxy.goal = gone;
      return { ...oneLogin, M2M_SUBDOMAIN: '', M2M_REGION: 'us' };
    },
    mended: (world) => {
      world.reset();
      return world.oneLogin;
    },
  },
  {
    what: 'a server that is overloaded',
    check: 'endpoint',
    says: ['answered 503', 'The server is there', 'Wait for 5 s'],
    wrong: (world) => {
      world.scripted.answer = () => ({ status: 503, headers: { 'Retry-After': '5' } });
      return scripted(world);
    },
    mended: repaired,
    exit: 4,
  },
  {
    what: 'a server that takes the request, and does not answer',
    check: 'endpoint',
    says: ['No whole answer from', 'Is the server overloaded, or does a firewall stop the request?'],
    wrong: async (world) => ({
      ...world.env,
      M2M_TOKEN_ENDPOINT: `http://127.0.0.1:${await world.silentPort()}/token`,
    }),
    args: ['--timeout', '2'],
    exit: 4,
  },
  {
    what: 'metadata of another issuer',
    check: 'endpoint',
    says: ['names the issuer', 'It must be the same, letter for letter', 'M2M_ISSUER'],
    wrong: ({ env, secure }) => ({ ...env, M2M_TOKEN_ENDPOINT: '', M2M_ISSUER: `${secure.issuer}/` }),
    mended: ({ env, secure }) => ({ ...env, M2M_TOKEN_ENDPOINT: '', M2M_ISSUER: secure.issuer }),
  },
  {
    what: 'an issuer without metadata',
    check: 'endpoint',
    says: ['/.well-known/', 'Is this the issuer, as the server names it (M2M_ISSUER)?'],
    wrong: ({ env, secure }) => ({
      ...env,
      M2M_TOKEN_ENDPOINT: '',
      M2M_ISSUER: `${secure.origin}/realms/acme`,
    }),
    mended: ({ env, secure }) => ({ ...env, M2M_TOKEN_ENDPOINT: '', M2M_ISSUER: secure.issuer }),
  },
  {
    what: 'a wrong secret',
    check: 'client',
    says: ['invalid_client', 'a wrong or rotated clientSecret', 'clientSecret is M2M_CLIENT_SECRET'],
    wrong: ({ env }) => ({ ...env, M2M_CLIENT_SECRET: 'another-s3cret' }),
  },
  {
    what: 'a wrong client',
    check: 'client',
    says: ['invalid_client', 'or a wrong clientId', 'clientId is M2M_CLIENT_ID'],
    wrong: ({ env }) => ({ ...env, M2M_CLIENT_ID: 'demo2' }),
  },
  {
    what: 'an app that is set to POST',
    check: 'client',
    says: [
      'invalid_client',
      'an app set to POST where authentication is basic',
      'authentication is --authentication or M2M_AUTHENTICATION',
      '--try-both',
    ],
    wrong: (world) => posting(world),
    mended: (world) => ({ ...posting(world), M2M_AUTHENTICATION: 'post' }),
  },
  {
    what: 'a server that does not decode Basic',
    check: 'client',
    says: ["try authentication: 'basic-raw'", 'M2M_AUTHENTICATION'],
    wrong: (world) => {
      const raw = `Basic ${Buffer.from('demo:a+b/c==').toString('base64')}`;
      world.scripted.answer = () =>
        world.scripted.credentials.at(-1) === raw
          ? { body: world.scripted.grant() }
          : { status: 401, body: { error: 'invalid_client' } };
      return { ...scripted(world), M2M_CLIENT_SECRET: 'a+b/c==' };
    },
    mended: (world) => ({
      ...scripted(world),
      M2M_CLIENT_SECRET: 'a+b/c==',
      M2M_AUTHENTICATION: 'basic-raw',
    }),
  },
  {
    what: 'no file of the key',
    check: 'settings',
    says: ['its key (--key-file or M2M_KEY_FILE)'],
    wrong: async (world) => ({ ...(await world.withKey('unnamed-key')), M2M_KEY_FILE: '' }),
    mended: (world) => world.withKey('named-key'),
    doubts: ['TLS'],
    exit: 2,
  },
  {
    what: 'a file of the key that is not there',
    check: 'settings',
    says: ['M2M_KEY_FILE: names no file'],
    wrong: async (world) => ({
      ...(await world.withKey('lost-key')),
      M2M_KEY_FILE: `${world.folder}/nothing`,
    }),
    mended: (world) => world.withKey('found-key'),
    doubts: ['TLS'],
    exit: 2,
  },
  {
    what: 'the key of another certificate',
    check: 'settings',
    says: ['does not belong to the certificate in certFile', 'keyFile is M2M_KEY_FILE'],
    wrong: async (world) => {
      const { M2M_KEY_FILE } = await world.withClientCertificate('one-pair');
      return { ...(await world.withClientCertificate('next-pair')), M2M_KEY_FILE };
    },
    mended: (world) => world.withClientCertificate('whole-pair'),
    doubts: ['settings', 'TLS'],
    exit: 2,
  },
  {
    what: 'a certificate over plain http',
    check: 'settings',
    says: ['is plain http, where no certificate can be presented', 'tokenEndpoint is M2M_TOKEN_ENDPOINT'],
    wrong: async (world) => ({
      ...(await world.withClientCertificate('plain-certificate')),
      M2M_ISSUER: '',
      M2M_TOKEN_ENDPOINT: world.scripted.tokenEndpoint,
    }),
    mended: (world) => world.withClientCertificate('plain-certificate-again'),
    doubts: ['settings', 'TLS'],
    exit: 2,
  },
  {
    what: 'a client certificate that has ended',
    check: 'settings',
    says: [/The client certificate in M2M_CERT_FILE ended 1 min.* ago/, 'Replace it'],
    wrong: async (world) => {
      const { cert, key } = await world.authority.issue(['a.example'], -60_000);
      return {
        ...(await world.withClientCertificate('late-certificate')),
        M2M_CERT_FILE: world.file(cert),
        M2M_KEY_FILE: world.file(key),
      };
    },
    mended: (world) => world.withClientCertificate('new-certificate'),
    doubts: ['settings', 'TLS'],
  },
  {
    what: 'a file of the assertion with something else in it',
    check: 'settings',
    says: ['in place of a signed JWT', 'assertionFile is M2M_ASSERTION_FILE'],
    wrong: async (world) => ({
      ...(await world.withKey('assertion-key')),
      M2M_AUTHENTICATION: 'client_assertion',
      M2M_ASSERTION_FILE: world.file('rubbish'),
    }),
    mended: (world) => world.withKey('key-in-its-place'),
    doubts: ['TLS'],
    exit: 2,
  },
  {
    what: 'a key that the server does not know',
    check: 'client',
    says: ['invalid_client', 'keyFile is M2M_KEY_FILE'],
    wrong: async (world) => {
      const { M2M_KEY_FILE } = await world.withKey('other-key');
      return { ...(await world.withKey('own-key')), M2M_KEY_FILE };
    },
    mended: (world) => world.withKey('own-key-again'),
    doubts: ['TLS'],
  },
  {
    what: 'the certificate of another client',
    check: 'client',
    says: ['invalid_client', 'certFile is M2M_CERT_FILE'],
    wrong: async (world) => {
      const { M2M_CERT_FILE, M2M_KEY_FILE } = await world.withClientCertificate('other-certificate');
      return { ...(await world.withClientCertificate('own-certificate')), M2M_CERT_FILE, M2M_KEY_FILE };
    },
    mended: (world) => world.withClientCertificate('own-certificate-again'),
    doubts: ['settings', 'TLS'],
  },
  {
    what: 'a client that may not use this grant',
    check: 'grant',
    says: ['unauthorized_client', 'may not use the client credentials grant'],
    wrong: (world) => refusing(world, 400, { error: 'unauthorized_client' }),
    mended: repaired,
  },
  {
    what: 'a server that does not offer this grant',
    check: 'grant',
    says: [
      'unsupported_grant_type',
      'does not offer the client credentials grant',
      'Is it the right address?',
    ],
    wrong: (world) => refusing(world, 400, { error: 'unsupported_grant_type' }),
    mended: ({ env }) => env,
  },
  {
    what: 'a scope that the client may not have',
    check: 'scope',
    says: ['invalid_scope', 'Ask for a scope that is granted to this client', 'M2M_SCOPE'],
    wrong: (world) => ({
      ...refusing(world, 400, { error: 'invalid_scope' }, (request) => request.includes('scope=admin')),
      M2M_SCOPE: 'admin',
    }),
    mended: (world) => ({ ...scripted(world), M2M_SCOPE: 'read' }),
  },
  {
    what: 'a scope that is left out without a word',
    check: 'scope',
    says: ['The server left out admin; granted: read', 'M2M_SCOPE'],
    wrong: ({ env }) => ({ ...env, M2M_SCOPE: 'read admin' }),
    mended: ({ env }) => ({ ...env, M2M_SCOPE: 'read' }),
  },
  {
    what: 'a resource that is not set up',
    check: 'scope',
    says: ['invalid_target', 'Ask for a resource that is set up for this client', 'M2M_RESOURCE'],
    wrong: (world) => ({
      ...refusing(world, 400, { error: 'invalid_target' }, (request) => request.includes('urn%3Awrong')),
      M2M_RESOURCE: 'urn:wrong',
    }),
    mended: (world) => ({ ...scripted(world), M2M_RESOURCE: 'urn:right' }),
  },
  {
    what: 'a lifetime that is none',
    check: 'lifetime',
    says: ['expires_in', 'It has to be a number of seconds', 'Whoever runs the server must mend that'],
    wrong: (world) => {
      world.scripted.answer = () => ({ body: { ...world.scripted.grant(), expires_in: 'soon' } });
      return scripted(world);
    },
    mended: repaired,
    exit: 4,
  },
];

/** So that nothing of this machine gets in. */
const NOTHING: Env = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(M2M|ONELOGIN)_|_proxy$|^NODE_|COLOR/i.test(name))
    .map((name) => [name, undefined]),
);

/** What must not be said, whatever is wrong. */
function checkSense(checks: readonly CheckResult[], exit: number): void {
  const names = checks.map(({ check }) => check);
  expect(names, 'each once').to.deep.equal([...new Set(names)]);
  const told = checks.map(({ seen, meaning, mend }) => [seen, meaning, mend].join(' ')).join(' ');
  expect(told).to.not.contain('jwksUri').and.not.contain('requestTimeoutMs');
  // Time does not mend what somebody has to.
  if (exit !== 4) expect(told).to.not.contain('try again; a service');
}

describe('m2m-token doctor', () => {
  let world: DoctorWorld;
  let program: BundledProgram;
  before(async () => {
    [world, program] = await Promise.all([DoctorWorld.start(), BundledProgram.build()]);
  });
  after(async () => {
    program.remove();
    await world.stop();
  });
  afterEach(() => world.reset());

  const run = async (env: Env, args: readonly string[] = []) => {
    const { code, stdout, stderr } = await program.run(['doctor', '--json', ...args], { ...NOTHING, ...env });
    expect(stderr).to.equal('');
    expect(stdout).to.not.contain(env.M2M_CLIENT_SECRET || 'no secret');
    const { checks } = JSON.parse(stdout) as { checks: CheckResult[] };
    return { code, checks, text: `${stdout}` };
  };

  it('is tried in more than 25 ways', () => expect(CASES.length).to.be.above(25));

  it('names its checks in the order in which they can fail, and all of them are failed here but the last', () => {
    const failed = new Set(CASES.map(({ check }) => check));
    expect(CHECKS.filter((check) => !failed.has(check))).to.deep.equal(['renewal']);
  });

  for (const { what, check, says, wrong, mended, exit = 3, args, doubts = [] } of CASES) {
    it(`finds ${what}, says how to mend it, and is content with that`, async () => {
      const before = await run(await wrong(world), args);
      const failed = before.checks.find(({ status }) => status === 'fail');
      expect(failed?.check, before.text).to.equal(check);
      const told = [failed?.seen, failed?.meaning, failed?.mend].join(' ');
      for (const words of says)
        if (typeof words === 'string') expect(told).to.contain(words);
        else expect(told).to.match(words);
      expect(before.code).to.equal(exit);
      checkSense(before.checks, exit);

      const after = await run(await (mended ?? (({ env }) => env))(world));
      const odd = after.checks.filter(({ status }) => status === 'fail' || status === 'warn');
      expect(odd.filter(({ check, status }) => status === 'fail' || !doubts.includes(check))).to.deep.equal(
        [],
      );
      expect([after.code, after.checks.map((one) => one.check)]).to.deep.equal([0, [...CHECKS]]);
    });
  }

  it('tries the other of Basic and POST only if it is told to, by one more login', async () => {
    const env = posting(world);
    const { requests } = world.scripted;
    const logins = async (args: readonly string[]) => {
      const from = requests.length;
      const { checks, code } = await run(env, args);
      expect(code).to.equal(3);
      const mend = checks.find(({ status }) => status === 'fail')?.mend ?? '';
      return [requests.length - from, /With post .*$/.exec(mend)?.[0]];
    };
    expect(await logins([])).to.deep.equal([1, undefined]);
    const found = 'With post this client gets a token: set post by --authentication or M2M_AUTHENTICATION.';
    expect(await logins(['--try-both'])).to.deep.equal([2, found]);
  });

  const inTerminal = (line: string, env: Env) => runInTerminal(line, env);
  const intoFile = (_: string, env: Env) => program.run(['doctor'], env);
  for (const [what, write, hasColours] of [
    ...(HAS_TERMINAL ? [['a terminal of 80 columns', inTerminal, true] as const] : []),
    ['a file', intoFile, false] as const,
  ]) {
    it(`writes what people can read, for ${what}`, async () => {
      const words = 'no '.repeat(40);
      const env = {
        ...NOTHING,
        ...refusing(world, 401, { error: 'invalid_client', error_description: words }),
      };
      const { code, stdout } = await write(`'${process.execPath}' '${program.file}' doctor`, env);
      expect(shownText(stdout)).to.match(
        /✓ endpoint .*✗ client http:.* answered 401 invalid_client \("no no .*→ .*Mend first: client\./,
      );
      expect([code, stdout.includes('\u001b[')]).to.deep.equal([3, hasColours]);
      if (hasColours) expect(tooLong(stdout)).to.deep.equal([]);
    });
  }
});
