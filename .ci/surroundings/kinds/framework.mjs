import { expectWords } from '../workplace.mjs';

/** Runs a service made with the framework, which calls an API with a token. */
export async function check(place, { framework, packageName = framework }) {
  place.copy('job/server.mjs');
  place.copy('framework/main.mjs');
  place.copy(`framework/${framework}.mjs`, 'start.mjs', (text) =>
    text.replace(`from '${framework}'`, `from '${packageName}'`),
  );
  expectWords(await place.node(['main.mjs'], { limitMs: 60_000 }), 'the service works');
}
