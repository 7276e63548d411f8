/**
 * Specs about shared tokens talk to real Redis servers, which they start themselves: the program must be there. To give a Redis
 * a wrong clock, a few of them need a C compiler as well. Those about the command line use it from programs that others wrote.
 */
import { spawnSync } from 'node:child_process';

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;

/** What Debian's package of the same name brings, and which specs need it. */
const PROGRAMS = {
  'redis-server': 'shared tokens, which start it on free ports of their own',
  git: 'the command line',
  curl: 'the command line',
  zsh: 'the completion of the command line',
  mandoc: 'the manual page',
};
const missing = () => Object.keys(PROGRAMS).filter((program) => !has(program));

if (missing().length > 0 && isRoot && has('apt-get')) {
  for (const program of missing())
    console.log(`Installing ${program}, for the specs about ${PROGRAMS[program]} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, encoding: 'utf8' });
  const install = () => apt('install', '-y', '--no-install-recommends', ...missing());
  if (install().status !== 0) {
    apt('update');
    const { stderr } = install();
    if (missing().length > 0) console.error(stderr);
  }
}

const others = missing().filter((program) => program !== 'redis-server');
if (others.length > 0) {
  console.error(
    `Not installed, so that some specs about the command line are left out: ${others.join(', ')}.`,
  );
  if (process.env.CI === 'true') process.exit(1);
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
