import { readRuntime } from './install.mjs';
import { Workplace } from './workplace.mjs';

/**
 * Tries one surrounding.
 * @returns what came of it: `passed`, `failed`, or `missing` where it cannot be had
 */
export async function tryOut(surrounding, { work, tarball, folders }, endAt) {
  const startedAt = performance.now();
  const result = { surrounding, versions: [], outcome: 'failed', words: '', details: '', seconds: 0 };
  if (surrounding.missing) return { ...result, outcome: 'missing', words: surrounding.missing };
  try {
    if (startedAt > endAt) throw new Error('There was no time left for it.');
    const runtime = await getRuntime(surrounding, folders, work);
    if (runtime?.missing) return { ...result, outcome: 'missing', words: runtime.missing };
    if (runtime) result.versions.push(`${runtime.name} ${runtime.version}`);
    const folder = surrounding.folder ? await folders.get(surrounding.folder) : work;
    const place = new Workplace(folder, surrounding.name, runtime?.binary);
    result.versions.push(
      ...surrounding.packages.map((name) => `${nameOf(name)} ${place.manifestOf(name).version}`),
    );
    const { check } = await import(`./kinds/${surrounding.kind}.mjs`);
    await check(place, { ...surrounding, tarball });
    return { ...result, outcome: 'passed', seconds: secondsSince(startedAt) };
  } catch (error) {
    return { ...result, words: tell(error, work), details: error.message, seconds: secondsSince(startedAt) };
  }
}

/** Their packages are not made for every platform. */
async function getRuntime({ runtime }, folders, work) {
  if (!runtime) return undefined;
  try {
    return readRuntime(await folders.get(runtime), runtime);
  } catch (error) {
    return { missing: tell(error, work) };
  }
}

/** Of a package that is installed under another name, such as `express-4`. */
const nameOf = (name) => name.replace(/-[\d.]+$/, '');

const secondsSince = (startedAt) => (performance.now() - startedAt) / 1_000;

/** The line that says most of what went wrong, without folders that are there for this run alone. */
function tell(error, work) {
  const lines = (error.output ?? error.message).split('\n').map((line) => line.trim());
  const line =
    lines.find((text) => TELLING.test(text) && !text.startsWith('at ')) ?? lines.find(Boolean) ?? '';
  const words = line.replaceAll('file://', '').replaceAll(`${work}/`, '').slice(0, 200);
  return error.isTimeout ? `${error.reason}. ${words}` : words;
}

const TELLING = /\w*Error\b.*:|\berror TS\d+|^npm error code|ERESOLVE|^thrown: |^✗|Cannot find/;
