type Library = typeof import('../../lib/index.js');

/** The built package, as users run it. */
export async function loadLibrary(): Promise<Library> {
  const built = new URL('../../dist/index.js', import.meta.url);
  return (await import(built.href)) as Library;
}

/** Its metrics, in the same way. */
export async function loadInstrument(): Promise<typeof import('../../lib/opentelemetry.js').instrument> {
  const built = new URL('../../dist/opentelemetry.js', import.meta.url);
  const { instrument } = (await import(built.href)) as typeof import('../../lib/opentelemetry.js');
  return instrument;
}
