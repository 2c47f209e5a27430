// What comes in pieces: streams and blobs, gzip by content.
import { fail } from "./arguments";
import { encode, part, type Bytes } from "./input";

/** What asynchronous calls take. */
export type Source = Bytes | ReadableStream<Uint8Array> | Blob | readonly Blob[];

const isStream = (source: unknown): source is ReadableStream<Uint8Array> => typeof (source as ReadableStream)?.getReader === "function";
const isBlob = (source: unknown): source is Blob => typeof (source as Blob)?.stream === "function";

/** Can it be read only once? */
export const isOneShot = isStream;
/** Is it something that is read in pieces? */
export const isSource = (source: unknown): boolean =>
  isStream(source) || isBlob(source) || (Array.isArray(source) && source.length > 0 && source.every(isBlob));

/** The pieces of a text. Where one of several blobs does not end its last line, that is ended. */
export async function* pieces(source: unknown, name: string): AsyncGenerator<Uint8Array> {
  if (isStream(source)) return yield* unpacked(source, name);
  if (isBlob(source)) return yield* unpacked(source.stream() as ReadableStream<Uint8Array>, name);
  if (!Array.isArray(source)) {
    const bytes = encode(part(source, name));
    if (isPacked(bytes)) yield* unpacked(new Blob([bytes as BlobPart]).stream() as ReadableStream<Uint8Array>, name);
    else yield bytes;
    return;
  }
  let last = 10;
  for (const blob of source) {
    if (!isBlob(blob)) fail(`${name} must hold blobs`);
    if (last !== 10) yield Uint8Array.of(last = 10);
    for await (const piece of unpacked(blob.stream() as ReadableStream<Uint8Array>, name)) {
      last = piece[piece.length - 1] ?? last;
      yield piece;
    }
  }
}

const isPacked = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The pieces of one stream; what begins as gzip does is unpacked. */
async function* unpacked(stream: ReadableStream<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let reader = stream.getReader();
  let ended = false;
  const next = async () => {
    const { done, value } = await reader.read();
    if (done) ended = true;
    else if (!(value instanceof Uint8Array)) fail(`${name} must be a stream of Uint8Array`);
    return value;
  };
  try {
    let head: Uint8Array = new Uint8Array();
    while (!ended && head.length < 2) {
      const more = await next();
      if (more) head = head.length ? Uint8Array.of(...head, ...more) : more;
    }
    if (!isPacked(head)) {
      if (head.length) yield head;
      for (let piece; !ended;) if ((piece = await next())) yield piece;
      return;
    }
    const packed = reader;
    const rest = new ReadableStream<Uint8Array>({
      start: controller => controller.enqueue(head),
      async pull(controller) {
        const { done, value } = await packed.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: reason => packed.cancel(reason),
    });
    reader = rest.pipeThrough(new DecompressionStream("gzip") as unknown as ReadableWritablePair<Uint8Array, Uint8Array>).getReader();
    for (let piece; !ended;) if ((piece = await next())) yield piece;
  } finally {
    // Also where the caller stops early, so that nothing goes on reading.
    if (!ended) await reader.cancel().catch(() => {});
  }
}
