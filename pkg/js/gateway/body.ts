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

/** Bytes before a body that are free: for what is signed before it, see `verifyHeapSignatureAsync`. */
export const BEFORE = 16;

/** The bytes of a body, behind `BEFORE` others, or the code of what is wrong with it. */
export async function readBody(request: Request, max: number): Promise<Uint8Array | string> {
  // JSON is UTF-8; what says nothing is read as what the route takes.
  const said = request.headers.get("content-type") ?? JSON_TYPE;
  if (said !== JSON_TYPE && !isJson(said)) return "http.content_type";
  const encoding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  const packed = encoding === "gzip" || encoding === "x-gzip";
  if (encoding && encoding !== "identity" && !packed || packed && typeof DecompressionStream !== "function") return "http.content_encoding";
  // WHY: the header may not be true, so bytes are counted all the same; but a sender that says so
  // itself need not send it all.
  const length = request.headers.get("content-length");
  const expected = length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  if (expected !== undefined && expected > max + PIECE) {
    void request.body?.cancel().catch(() => {});
    return "limit.bytes";
  }
  const stream = request.body as ReadableStream<Uint8Array> | null;
  if (!stream) return new Uint8Array(BEFORE).subarray(BEFORE);
  try {
    if (!packed) return await collect(stream, max, expected);
    const { readable, writable } = new DecompressionStream("gzip") as { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> };
    const [bytes] = await Promise.all([collect(readable, max), feed(reader(stream), writable.getWriter(), max)]);
    return bytes;
  } catch (error) {
    return error === TOO_LARGE ? "limit.bytes" : packed ? "http.gzip" : "http.body";
  }
}

const JSON_TYPE = "application/json";
function isJson(said: string): boolean {
  const [type, ...parameters] = said.split(";").map(part => part.trim());
  return /^application\/([\w.!#$&^-]+\+)?json$/i.test(type!)
    && parameters.every(each => !/^charset\b/i.test(each) || /^charset\s*=\s*"?utf-?8"?$/i.test(each));
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
function collect(stream: ReadableStream<Uint8Array>, max: number, said = PIECE): Promise<Uint8Array> {
  // Room for all that the header says takes less than for a whole piece; and if it is not true, some more each time.
  const least = Math.max(said, PACKED_PIECE);
  const read = reader(stream, Math.min(least, PIECE));
  return read.fill ? fill(read, read.fill, max, least) : gather(read, max, said);
}

async function gather(read: Reading, max: number, said: number): Promise<Uint8Array> {
  let bytes = new Uint8Array(BEFORE + Math.min(said, max)), size = BEFORE;
  const most = BEFORE + max;
  for (;;) {
    const piece = await read.next();
    if (!piece) break;
    const end = size + piece.length;
    if (end > most) {
      // WHY: who is answered while it still sends may see a broken connection in place of the answer, and much of
      // what is too large is so by a little. A piece is taken to be as long as the one before, and one may be on its way.
      for (let over = end - most, last = piece.length; over + 2 * last <= PIECE; over += last) {
        const next = await read.next();
        if (!next) throw TOO_LARGE;
        last = next.length;
      }
      void read.cancel();
      throw TOO_LARGE;
    }
    if (end > bytes.length) {
      const more = new Uint8Array(Math.min(most, Math.max(end, bytes.length * 2)));
      more.set(bytes.subarray(0, size));
      bytes = more;
    }
    bytes.set(piece, size);
    size = end;
  }
  return bytes.subarray(BEFORE, size);
}

/**
 * The same, where the stream fills whole what it is given: most bodies come in one piece, and need not be copied.
 *
 * WHY not `arrayBuffer()`: it takes as long, and reads to the end however much comes.
 */
async function fill(read: Reading, fillOf: Fill, max: number, said: number): Promise<Uint8Array> {
  let size = BEFORE;
  // Always one byte more than is expected: what does not fill its room was the last.
  for (let bytes = new Uint8Array(BEFORE + Math.min(said, max) + 1); ;) {
    const asked = bytes.length - size;
    const { value } = await fillOf(bytes.subarray(size));
    // Without it the room itself would be gone.
    if (!value) throw new TypeError("a stream kept what it was to fill");
    bytes = new Uint8Array(value.buffer as ArrayBuffer);
    size += value.length;
    if (value.length < asked) return bytes.subarray(BEFORE, size);
    if (size > BEFORE + max) {
      // As above, and a piece may be on its way.
      const { value } = await fillOf(new Uint8Array(PIECE / 2));
      if (value?.length === PIECE / 2) void read.cancel();
      throw TOO_LARGE;
    }
    const more = new Uint8Array(Math.min(BEFORE + max + 1, bytes.length * 2));
    more.set(bytes);
    bytes = more;
  }
}

interface Reading {
  next(): Promise<Uint8Array | undefined>;
  cancel(): Promise<void>;
  /** Fills what it is given; less where the stream ends. */
  fill?: Fill | undefined;
}
type Fill = (room: Uint8Array<ArrayBuffer>) => Promise<{ value?: Uint8Array }>;
/** In workerd a reader has this besides. */
type AtLeast = { readAtLeast?(least: number, room: Uint8Array): Promise<{ value?: Uint8Array }> };

/** Reads pieces no larger than asked for, where the stream can. */
function reader(stream: ReadableStream<Uint8Array>, piece = PIECE): Reading {
  try {
    const bytes = stream.getReader({ mode: "byob" }) as ReadableStreamBYOBReader & AtLeast;
    let room: ArrayBuffer | undefined;
    return {
      async next() {
        const { value, done } = await bytes.read(new Uint8Array(room ??= new ArrayBuffer(piece)));
        if (value) room = value.buffer as ArrayBuffer;
        return done ? undefined : value;
      },
      cancel: () => bytes.cancel().catch(() => {}),
      // WHY not the standard's `min`: hosts that do not know it pass it over, and take what came for all.
      fill: typeof bytes.readAtLeast === "function" ? room => bytes.readAtLeast!(room.length, room) : undefined,
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
