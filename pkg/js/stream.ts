// What comes in pieces: streams and blobs, gzip and zip by content.
import { fail } from "./arguments";
import { encode, part, type Bytes } from "./input";
import { after, found } from "./problems";
import { plain } from "./views";
import { Packed, Unreadable, gunzip, isGzip, isZip, unzip } from "./unpack";

/** What asynchronous calls take. */
export type Source = Bytes | ReadableStream<Uint8Array> | Blob | readonly Blob[];

/** What is taken besides bytes, and what to do with what only holds it. */
export const STREAMS = ["a ReadableStream, a Blob, a list of blobs, ", "; of a response or request pass `.body`"] as const;

const isStream = (source: unknown): source is ReadableStream<Uint8Array> => typeof (source as ReadableStream)?.getReader === "function";
const isBlob = (source: unknown): source is Blob => typeof (source as Blob)?.stream === "function";

/** Bytes of a piece at most, after which other work has its turn; each piece counts as some more. */
const PIECE = 1 << 20;
const EACH = 1 << 12;

// Of Node, Deno and Bun.
declare const setImmediate: ((then: () => void) => unknown) | undefined;

/** Lets other work have its turn. WHY: not `setTimeout` alone, for which browsers wait 4 ms. */
const turn = () => new Promise<void>(resolve => {
  if (typeof setImmediate === "function") return void setImmediate(resolve);
  if (typeof MessageChannel !== "function") return void setTimeout(resolve);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (port1.close(), resolve());
  port2.postMessage(0);
});

/** Can it be read only once? */
export const isOneShot = isStream;
/** Is it something that is read in pieces? */
export const isSource = (source: unknown): boolean =>
  isStream(source) || isBlob(source) || (Array.isArray(source) && source.length > 0 && source.every(isBlob));

/**
 * The pieces of a text, unpacked. Throws `Unreadable`, with a problem at `path`, where it is packed
 * and cannot be read on, and where it is longer than `most` bytes; and the signal's reason, also
 * where a stream is silent. Between pieces the host does something else, such as hear of an abort.
 */
export async function* pieces(
  source: unknown, name: string, most = Infinity, path = "", signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = most, place = { line: 1, column: 1 }, since = 0;
  for await (const piece of cut(texts(source, name, path, signal))) {
    // The place of the limit, where there is one: the text is gone when it is reached.
    if (most < Infinity) place = after(piece.subarray(0, left), place);
    if (piece.length > left) {
      if (left) yield piece.subarray(0, left);
      throw new Unreadable(found("limit.bytes", path, { offset: most, endOffset: most, ...place }, "", most));
    }
    left -= piece.length;
    yield piece;
    if ((since += piece.length + EACH) < PIECE) continue;
    since = 0;
    await turn();
    signal?.throwIfAborted();
  }
}

/** Pieces that are not too long. */
async function* cut(texts: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const text of texts) {
    for (let at = 0; at < text.length; at += PIECE) yield text.subarray(at, at + PIECE);
  }
}

async function* texts(
  source: unknown, name: string, path: string, signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (isStream(source)) return yield* unpacked(source, name, path, signal);
  if (isBlob(source)) return yield* unpacked(source.stream() as ReadableStream<Uint8Array>, name, path, signal);
  if (Array.isArray(source)) return yield* joined(blobs(source, name, path, signal));
  const bytes = encode(part(source, name, ...STREAMS));
  const { length } = bytes;
  if (isGzip(bytes) || isZip(bytes)) yield* texts(new Blob([bytes as BlobPart]), name, path, signal);
  else yield bytes;
  // What was given away meanwhile would read as an empty text.
  if (bytes.length !== length) fail(`${name} was detached while it was read`);
}

async function* blobs(source: readonly unknown[], name: string, path: string, signal?: AbortSignal) {
  for (const [index, blob] of source.entries()) {
    if (!isBlob(blob)) fail(`${name} may be a list of blobs alone; write other values as text, as JSON.stringify does`);
    yield unpacked(blob.stream() as ReadableStream<Uint8Array>, name, `${path}/${index}`, signal);
  }
}

/** Texts one after another. Where one does not end its last line, that is ended. */
async function* joined(texts: AsyncIterable<AsyncIterable<Uint8Array>>): AsyncGenerator<Uint8Array, void, undefined> {
  let last = 10;
  for await (const text of texts) {
    if (last !== 10) yield Uint8Array.of(last = 10);
    for await (const piece of text) {
      last = piece[piece.length - 1] ?? last;
      yield piece;
    }
  }
}

/** The pieces of one stream; what begins as gzip or zip does is unpacked. */
async function* unpacked(
  stream: ReadableStream<Uint8Array>, name: string, path: string, signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  let ended = false;
  let stop = (_: unknown) => {};
  const stopped = new Promise<never>((_, reject) => { stop = reject; });
  stopped.catch(() => {});
  const abort = () => stop(signal!.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      // In this order: of two that are there the first counts.
      const { done, value } = await Promise.race([stopped, reader.read()]);
      if (done) ended = true;
      if (done) return;
      if (!(value instanceof Uint8Array)) fail(`${name} must be a stream of Uint8Array; of strings pipe it through a TextEncoderStream`);
      yield plain(part(value, name) as Uint8Array);
      // Nobody counts what is empty, of which there may be no end.
      if (!value.length) await turn();
    }
  }
  try {
    const packed = new Packed(read(), path);
    await packed.has(4);
    if (isGzip(packed.head)) yield* gunzip(packed);
    else if (isZip(packed.head)) yield* joined(unzip(packed));
    else yield* packed.all();
  } finally {
    // Also where the caller stops early, so that nothing goes on reading.
    signal?.removeEventListener("abort", abort);
    // Not waited for: a stream may never answer.
    if (!ended) void reader.cancel().catch(() => {});
  }
}
