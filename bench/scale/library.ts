type Library = typeof import('../../lib/index.js');

/** The built package, as users run it. */
export async function loadLibrary(): Promise<Library> {
  const built = new URL('../../dist/index.js', import.meta.url);
  return (await import(built.href)) as Library;
}
