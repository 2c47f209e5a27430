// A body of bounded size: the worker's memory is not the sender's to fill.

/** Bytes of the largest body, which is also what `kohort` reads unless told otherwise. */
const MAX_BYTES = 8 << 20;

/** The body's bytes, or nothing where there are more than `max`. */
export async function readBody(request, max = MAX_BYTES) {
  // The bytes are counted and the header's `content-length` is not asked: it may not be true.
  const chunks = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > max) return undefined; // leaving the loop also stops the stream
    chunks.push(chunk);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}
