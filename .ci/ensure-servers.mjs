/** `npm run test:servers` starts authorization servers, proxies and a Prometheus of Debian's: their packages must be there. */
import { spawnSync } from 'node:child_process';

const PACKAGES = [
  ...['ruby-doorkeeper', 'ruby-rails', 'ruby-sqlite3', 'puma'],
  'python3-django-oauth-toolkit',
  ...['python3-authlib', 'python3-flask'],
  ...['glewlwyd', 'sqlite3'],
  // The last three are what its OpenID Connect part loads, and Debian only recommends.
  ...['liblemonldap-ng-portal-perl', 'libio-string-perl', 'libmime-tools-perl', 'libstring-random-perl'],
  ...['nginx', 'tinyproxy', 'squid', 'openssl'],
  'prometheus',
];

const isThere = (name) => {
  const { stdout } = spawnSync('dpkg', ['--status', name], { encoding: 'utf8' });
  return /^Status: install ok installed$/m.test(stdout ?? '');
};
const missing = () => PACKAGES.filter((name) => !isThere(name));
const isRoot = process.getuid?.() === 0;
const hasApt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;

if (missing().length > 0 && isRoot && hasApt) {
  console.log(`Installing what test:servers starts on free ports of its own: ${missing().join(', ')} …`);
  // Run level 1 is that of rescue: no service of a package is started there.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args) => spawnSync('apt-get', args, { env, encoding: 'utf8' });
  const install = () => apt('install', '-y', '--no-install-recommends', ...missing());
  if (install().status !== 0) {
    apt('update');
    const { stderr } = install();
    if (missing().length > 0) console.error(stderr);
  }
}

if (missing().length > 0) {
  console.error(
    [
      `Not installed: ${missing().join(', ')}.`,
      'The specs about those servers cannot run. On Debian or Ubuntu: `apt-get install --no-install-recommends` and these names.',
      ...(process.env.CI === 'true' ? [] : ['All other specs run without them.']),
    ].join('\n'),
  );
  if (process.env.CI === 'true') process.exit(1);
}
