/**
 * A body that nobody else can change while a token is waited for: fetch itself copies these when it is called. Streams, and
 * whatever is not known, stay as they are.
 */
export function copyBody(body: unknown): unknown {
  if (body === null || typeof body === 'string') return body;
  if (typeof body !== 'object' && typeof body !== 'function') return `${body}`;
  if (ArrayBuffer.isView(body)) return copyView(body);
  if (body instanceof ArrayBuffer) return body.slice(0);
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (body instanceof FormData) return copyForm(body);
  return body;
}

/** Memory that is shared with other threads stays as it is: fetch refuses it. */
function copyView(view: ArrayBufferView): ArrayBufferView {
  const { buffer, byteOffset, byteLength } = view;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength).slice() : view;
}

function copyForm(form: FormData): FormData {
  const copy = new FormData();
  for (const [name, value] of form) {
    if (typeof value === 'string') copy.append(name, value);
    else copy.append(name, value);
  }
  return copy;
}
