// A body of bounded size: the worker's memory is not the sender's to fill.

/** Bytes of the largest body, which is also what `kohort` reads unless told otherwise. */
const MAX_BYTES = 8 << 20;

/** The body's bytes, or nothing where there are more than `max`. */
export async function readBody(request, max = MAX_BYTES) {
  // A sender may say a length that is not true, so the bytes are counted as well.
  if (Number(request.headers.get("content-length")) > max) return undefined;
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
