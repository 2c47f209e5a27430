// The body of a request, in bounded memory: a worker's memory is not the sender's to fill.

/** Bytes that are asked for at once. */
const PIECE = 1 << 16;
/** The fewest that are asked for; and packed bytes that are unpacked at once: deflate makes at most 1,032 of one. */
const PACKED_PIECE = 1 << 12;

const TOO_LARGE = Symbol("too large");

/** Passes over a body that nobody reads, a piece of it at most: for the reason at `collect`. */
export async function passOver(request: Request): Promise<void> {
  if (!request.body || request.bodyUsed) return;
  try {
    const read = reader(request.body as ReadableStream<Uint8Array>);
    for (let size = 0, piece; size < PIECE && (piece = await read.next()); size += piece.length);
    void read.cancel();
  } catch {}
}

/** The bytes of a body, or the code of what is wrong with it. */
export async function readBody(request: Request, max: number): Promise<Uint8Array | string> {
  // JSON is UTF-8; what says nothing is read as what the route takes.
  const [type, ...parameters] = (request.headers.get("content-type") ?? "application/json").split(";").map(part => part.trim());
  if (!/^application\/([\w.!#$&^-]+\+)?json$/i.test(type!)
    || parameters.some(each => /^charset\b/i.test(each) && !/^charset\s*=\s*"?utf-?8"?$/i.test(each))) return "http.content_type";
  const encoding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  const packed = encoding === "gzip" || encoding === "x-gzip";
  if (encoding && encoding !== "identity" && !packed || packed && typeof DecompressionStream !== "function") return "http.content_encoding";
  // WHY: the header may not be true, so bytes are counted all the same; but a sender that says so
  // itself need not send it all.
  const length = request.headers.get("content-length");
  const said = length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  if (said !== undefined && said > max + PIECE) {
    void request.body?.cancel().catch(() => {});
    return "limit.bytes";
  }
  const stream = request.body as ReadableStream<Uint8Array> | null;
  if (!stream) return new Uint8Array();
  try {
    if (!packed) return await collect(stream, max, said);
    const { readable, writable } = new DecompressionStream("gzip") as { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
    const [bytes] = await Promise.all([collect(readable, max), feed(reader(stream), writable.getWriter(), max)]);
    return bytes;
  } catch (error) {
    return error === TOO_LARGE ? "limit.bytes" : packed ? "http.gzip" : "http.body";
  }
}

/**
 * Packed bytes for an unpacker, at most so many, in pieces so small that what they unpack to is small too.
 *
 * WHY: no pipe: that asks only whether there is room, and of some hosts' unpackers there is for all of it.
 */
async function feed(read: Reading, into: WritableStreamDefaultWriter<Uint8Array>, max: number): Promise<void> {
  // What closes or breaks off is told where it is read or written.
  into.closed.catch(() => {});
  try {
    for (let left = max, piece; (piece = await read.next());) {
      if ((left -= piece.length) < 0) throw TOO_LARGE;
      for (let at = 0; at < piece.length; at += PACKED_PIECE) await into.write(piece.subarray(at, at + PACKED_PIECE));
    }
    await into.close();
  } catch (error) {
    void read.cancel();
    into.abort(error).catch(() => {});
    throw error;
  }
}

/** The bytes of a stream. Throws `TOO_LARGE` beyond `max`, after a piece more at most. */
async function collect(stream: ReadableStream<Uint8Array>, max: number, said = PIECE): Promise<Uint8Array> {
  // Room for all that the header says takes less than for a whole piece; and if it is not true, some more each time.
  const read = reader(stream, Math.min(Math.max(said, PACKED_PIECE), PIECE));
  let bytes = new Uint8Array(Math.min(said, max)), size = 0;
  for (;;) {
    const piece = await read.next();
    if (!piece) break;
    const end = size + piece.length;
    if (end > max) {
      // WHY: who is answered while it still sends may see a broken connection in place of the answer, and much of
      // what is too large is so by a little. A piece is taken to be as long as the one before, and one may be on its way.
      for (let over = end - max, last = piece.length; over + 2 * last <= PIECE; over += last) {
        const next = await read.next();
        if (!next) throw TOO_LARGE;
        last = next.length;
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
