const WHOLE = ['ArrayBuffer', 'SharedArrayBuffer', 'URLSearchParams', 'FormData', 'Blob', 'File'].map(
  (name) => `[object ${name}]`,
);

/**
 * Whether a body can be sent a second time: it is there in whole. What is read but once (streams, iterators, requests) is
 * not, nor whatever else is not known to be.
 */
export function isReplayable(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string' || ArrayBuffer.isView(body))
    return true;
  // By name, since there is more than one class of it; that of the package form-data is a stream.
  const isStream = typeof (body as { pipe?: unknown }).pipe === 'function';
  return !isStream && WHOLE.includes(Object.prototype.toString.call(body));
}
