import path from 'node:path';

/** Asks npm whether the library can be installed beside what an application already has. */
export async function check(place, { beside, tarball }) {
  place.write('package.json', { private: true });
  const args = [
    'install',
    '--package-lock-only',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
  ];
  await place.npm([...args, ...beside]);
  await place.npm([...args, path.resolve(tarball)]);
}
