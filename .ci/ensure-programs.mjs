/**
 * Specs about shared tokens talk to real Redis servers, which they start themselves: the program must be there. To give a Redis
 * a wrong clock, a few of them need a C compiler as well.
 */
import { spawnSync } from 'node:child_process';

const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;

if (!has('redis-server') && isRoot && has('apt-get')) {
  console.log(
    'Installing redis-server, which the specs about shared tokens start on free ports of their own …',
  );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, encoding: 'utf8' });
  const install = () => apt('install', '-y', '--no-install-recommends', 'redis-server');
  if (install().status !== 0) {
    apt('update');
    const { stderr } = install();
    if (!has('redis-server')) console.error(stderr);
  }
}

if (!has('redis-server')) {
  console.error(
    [
      'redis-server is not installed: the specs about tokens shared on Redis cannot run.',
      'Install it: `apt-get install redis-server` on Debian or Ubuntu, `brew install redis` on macOS.',
      ...(process.env.CI === 'true' ? [] : ['All other specs run without it.']),
    ].join('\n'),
  );
  if (process.env.CI === 'true') process.exit(1);
} else if (process.platform === 'linux' && !has('cc')) {
  console.error('There is no C compiler (cc): the specs about a Redis whose clock is wrong are left out.');
}
