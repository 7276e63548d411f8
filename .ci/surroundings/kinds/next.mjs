import { expectWords } from '../workplace.mjs';

/** Builds a Next application with one route handler, and runs it as in production. */
export async function check(place, { bundler }) {
  place.write('app/layout.js', 'export default function Layout({ children }) {\n  return children;\n}\n');
  place.copy('next/route.js', 'app/orders/route.js');
  place.copy('next/main.mjs');
  place.copy('job/server.mjs');
  place.write(
    'next.config.mjs',
    `export default { turbopack: { root: ${JSON.stringify(place.installFolder)} } };\n`,
  );
  await place.tool('next', ['build', `--${bundler}`], { limitMs: 240_000 });
  expectWords(await place.node(['main.mjs'], { limitMs: 60_000 }), 'the service works');
}
