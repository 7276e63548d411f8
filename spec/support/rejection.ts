/** The reason why a promise was rejected; throws if it was not. */
export async function rejection<T extends Error = Error>(promise: Promise<unknown>): Promise<T> {
  const value = await promise.then(
    () => undefined,
    (error: T) => error,
  );
  if (value === undefined) throw new Error('The promise was fulfilled, not rejected.');
  return value;
}

/** What a function throws; throws if it does not. */
export function thrown<T extends Error = Error>(work: () => unknown): T {
  try {
    work();
  } catch (error) {
    return error as T;
  }
  throw new Error('The function did not throw.');
}
