// The body of a request, in bounded memory: a worker's memory is not the sender's to fill.

/** Bytes that are asked for at once. */
const PIECE = 1 << 16;
/** The fewest that are asked for; and packed bytes that are unpacked at once: deflate makes at most 1,032 of one. */
const SMALL_PIECE = 1 << 12;

const TOO_LARGE = Symbol("too large");

/** The bytes of a body, or the code of what is wrong with it. */
export async function readBody(request: Request, max: number): Promise<Uint8Array | string> {
  const type = request.headers.get("content-type");
  // JSON is UTF-8; what says nothing is read as what the route takes.
  if (type !== null && !/^\s*application\/([\w.!#$&^-]+\+)?json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i.test(type)) return "http.content_type";
  const encoding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  const packed = encoding === "gzip" || encoding === "x-gzip";
  if (encoding && encoding !== "identity" && !packed || packed && typeof DecompressionStream !== "function") return "http.content_encoding";
  // WHY: the header may not be true, so bytes are counted all the same; of what says itself that it is
  // too large none are kept.
  const length = request.headers.get("content-length");
  const said = length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  const most = said !== undefined && said > max ? 0 : max;
  try {
    let stream = request.body as ReadableStream<Uint8Array> | null;
    if (packed && stream) stream = stream.pipeThrough(counted(max)).pipeThrough(new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>);
    return stream ? await collect(stream, most, max - most, packed ? undefined : said) : new Uint8Array();
  } catch (error) {
    return error === TOO_LARGE ? "limit.bytes" : packed ? "http.gzip" : "http.body";
  }
}

/** Passes on at most so many bytes, in pieces so small that what they unpack to is small too. */
function counted(max: number): TransformStream<Uint8Array, Uint8Array> {
  let left = max;
  return new TransformStream({
    transform(piece, controller) {
      if ((left -= piece.length) < 0) return controller.error(TOO_LARGE);
      for (let at = 0; at < piece.length; at += SMALL_PIECE) controller.enqueue(piece.subarray(at, at + SMALL_PIECE));
    },
  });
}

/**
 * The bytes of a stream. Throws `TOO_LARGE` beyond `max`, after having passed over so many more and a piece.
 *
 * WHY: who is answered while it still sends may see a broken connection in place of the answer; most of
 * what is too large is so by a little.
 */
async function collect(stream: ReadableStream<Uint8Array>, max: number, more: number, said = PIECE): Promise<Uint8Array> {
  // Room for all that the header says takes less than for a whole piece; and if it is not true, some more each time.
  const read = reader(stream, Math.min(Math.max(said, SMALL_PIECE), PIECE));
  let bytes = new Uint8Array(Math.min(said, max)), size = 0;
  for (;;) {
    const piece = await read.next();
    if (!piece) break;
    const end = size + piece.length;
    if (end > max) {
      for (let left = max + more + PIECE - end; left > 0;) {
        const next = await read.next();
        if (!next) throw TOO_LARGE;
        left -= next.length;
      }
      void read.cancel();
      throw TOO_LARGE;
    }
    if (end > bytes.length) {
      const more = new Uint8Array(Math.min(max, Math.max(end, bytes.length * 2)));
      more.set(bytes.subarray(0, size));
      bytes = more;
    }
    bytes.set(piece, size);
    size = end;
  }
  return bytes.subarray(0, size);
}

type Reading = { next(): Promise<Uint8Array | undefined>; cancel(): Promise<void> };

/** Reads pieces no larger than asked for, where the stream can. */
function reader(stream: ReadableStream<Uint8Array>, piece = PIECE): Reading {
  try {
    const bytes = stream.getReader({ mode: "byob" });
    let room = new ArrayBuffer(piece);
    return {
      async next() {
        const { value, done } = await bytes.read(new Uint8Array(room));
        if (value) room = value.buffer as ArrayBuffer;
        return done ? undefined : value;
      },
      cancel: () => bytes.cancel().catch(() => {}),
    };
  } catch {
    const pieces = stream.getReader();
    return {
      async next() {
        const { value, done } = await pieces.read();
        return done ? undefined : value;
      },
      cancel: () => pieces.cancel().catch(() => {}),
    };
  }
}

/** The first bytes of an answer, as text: more than `max` of them are not kept. */
export async function readStart(response: Response, max: number): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array();
  const read = reader(response.body as ReadableStream<Uint8Array>);
  const bytes = new Uint8Array(max);
  let size = 0;
  for (let piece; size < max && (piece = await read.next());) {
    const part = piece.subarray(0, max - size);
    bytes.set(part, size);
    size += part.length;
  }
  if (size === max) void read.cancel();
  return bytes.subarray(0, size);
}
