// Packed texts: gzip, and zip with any number of files, by their content and in bounded memory.
//
// The host unpacks: `DecompressionStream` for gzip. A file of a zip is handed to it as gzip too,
// whose frame holds the same two numbers as zip's, so that the host also checks length and CRC.
// WHY: not fflate's streaming `Unzip`, which checks neither and takes what is encrypted for text, and
// which, where the length of a file follows after it, ends the file at the first four bytes that
// look like a signature: in one of some hundred megabytes they may stand by chance.
import type { Problem } from "../types";
import { found } from "./problems";

/** Thrown where a packed text cannot be read on: an answer to the input, no mistake of the program. */
export class Unreadable {
  constructor(readonly problem: Problem) {}
}

type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

/** The bytes of a stream, of which the first ones can be looked at before they are taken. */
export class Packed {
  readonly #source: Pieces;
  readonly #path: string;
  #ended = false;
  /** What was read and not taken yet. */
  head: Uint8Array = new Uint8Array();
  /** How many bytes were taken. */
  at = 0;

  constructor(source: Pieces, path: string) {
    this.#source = source;
    this.#path = path;
  }

  /** Reads until there are so many bytes; answers whether there are. */
  async has(length: number): Promise<boolean> {
    while (this.head.length < length && !this.#ended) {
      const { done, value } = await this.#source.next();
      if (done) this.#ended = true;
      else if (!this.head.length) this.head = value;
      else {
        const both = new Uint8Array(this.head.length + value.length);
        both.set(this.head);
        both.set(value, this.head.length);
        this.head = both;
      }
    }
    return this.head.length >= length;
  }

  take(length: number): Uint8Array {
    const taken = this.head.subarray(0, length);
    this.head = this.head.subarray(length);
    this.at += taken.length;
    return taken;
  }

  /** The next bytes as they come, at most so many; nothing at the end. */
  async next(most = Infinity): Promise<Uint8Array | undefined> {
    return await this.has(1) ? this.take(Math.min(most, this.head.length)) : undefined;
  }

  async *all(): Pieces {
    for (let piece; (piece = await this.next());) yield piece;
  }

  fault(code: string, offset: number): Unreadable {
    return new Unreadable(found(code, this.#path, { offset, endOffset: this.at + this.head.length }));
  }
}

export const isGzip = (head: Uint8Array) => head[0] === 0x1f && head[1] === 0x8b;

/** Does it begin with a file in a zip, or with the end of one that holds none? */
export const isZip = (head: Uint8Array) =>
  head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 && head[3] === 4 || head[2] === 5 && head[3] === 6);

/** The text of a gzip, whose members follow one another, with zeros between them or without. */
export async function* gunzip(packed: Packed): Pieces {
  do {
    const from = packed.at, fault = () => packed.fault("gzip.invalid", from);
    const end = { last: 0, zeros: 0 };
    const gzip = member(packed, end);
    const size = yield* sized(host(gzip, fault));
    // What the host did not want, as Node does where a zero follows a member.
    while (!(await gzip.next()).done);
    // WHY: some hosts silently pass over what follows a member. A member ends with its length, whose
    // own last bytes may be zeros.
    if (![0, 8, 16, 24].some(bits => bits <= end.zeros * 8 && end.last >>> bits === size) && (size || end.zeros < 4)) throw fault();
  } while (await packed.has(1));
}

/** Passes a text on, and answers its length, as gzip has it: the lower four bytes. */
async function* sized(text: Pieces): AsyncGenerator<Uint8Array, number, undefined> {
  let size = 0;
  for await (const piece of text) {
    size = (size + piece.length) >>> 0;
    yield piece;
  }
  return size;
}

/** Bytes of the head of a member. */
const HEAD = 10;

/** One member of a gzip, up to where another one begins; its last four bytes before zeros, and how many of these there are. */
async function* member(packed: Packed, end: { last: number; zeros: number }): Pieces {
  for (let from = HEAD; await packed.has(1); from = 0) {
    const all = await packed.has(from + HEAD);
    const { head } = packed;
    const next = begins(head, from);
    // The beginning of another may stand at the end.
    const piece = packed.take(next >= 0 ? next : all ? head.length - HEAD + 1 : head.length);
    let full = piece.length;
    while (full && !piece[full - 1]) full--;
    if (full) {
      if (end.zeros) end.last = end.zeros > 3 ? 0 : end.last >>> end.zeros * 8;
      for (const byte of piece.subarray(Math.max(full - 4, 0), full)) end.last = (end.last >>> 8 | byte << 24) >>> 0;
      end.zeros = 0;
    }
    end.zeros += piece.length - full;
    yield piece;
    if (next >= 0) return;
  }
}

/**
 * Where the next member begins, -1 where none does. Ten bytes look like the head that every program
 * writes (deflate, no flag, effort or system that does not exist): in packed data one in a hundred
 * billion places does so by chance.
 */
function begins(head: Uint8Array, from: number): number {
  for (let at = head.indexOf(0x1f, from); at >= 0 && at + HEAD <= head.length; at = head.indexOf(0x1f, at + 1)) {
    const [, magic, method, flags, , , , , effort, system] = head.subarray(at);
    if (magic === 0x8b && method === 8 && flags! < 32 && !(effort! & ~6) && (system! + 1 & 255) < 15) return at;
  }
  return -1;
}

/** What the host makes of gzip; its own errors become a fault, those of the source stay what they are. */
async function* host(gzip: Pieces, fault: () => Unreadable): Pieces {
  const { readable, writable } = new DecompressionStream("gzip") as unknown as ReadableWritablePair<Uint8Array, Uint8Array>;
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  let broken: { error: unknown } | undefined;
  // WHY: not `pipeThrough`: in Node an unpacker lets 16,384 pieces wait, of whatever size, which may
  // be all there is. One that is written and waited for is as much as can be ahead.
  const feed = async () => {
    for (;;) {
      const piece = await gzip.next().catch(error => { broken = { error }; });
      if (!piece) return writer.abort(broken!.error);
      if (piece.done) return writer.close();
      await writer.write(piece.value);
    }
  };
  // What the unpacker says to a piece it says to its reader too.
  feed().catch(() => {});
  const read = () => reader.read().catch(() => { throw broken ? broken.error : fault(); });
  try {
    for (let piece; !(piece = await read()).done;) yield piece.value;
  } finally {
    // Also where the caller stops early, so that nothing goes on reading.
    await reader.cancel().catch(() => {});
  }
}

/** The files of a zip, each to be read to its end before the next; folders and what macOS adds are left out. */
export async function* unzip(packed: Packed): AsyncGenerator<Pieces, void, undefined> {
  for (let files = 0; ; files++) {
    const from = packed.at;
    const fault = (code = "zip.invalid") => packed.fault(code, from);
    if (!(await packed.has(4))) throw fault();
    const kind = view(packed.head).getUint32(0, true);
    if (kind !== 0x04034b50 && await lists(packed, files)) return;
    if (kind !== 0x04034b50 || !(await packed.has(30))) throw fault();
    const fixed = view(packed.take(30));
    const [flags, method] = [fixed.getUint16(6, true), fixed.getUint16(8, true)];
    const [nameLength, extraLength] = [fixed.getUint16(26, true), fixed.getUint16(28, true)];
    if (!(await packed.has(nameLength + extraLength))) throw fault();
    const name = new TextDecoder().decode(packed.take(nameLength));
    const extra = packed.take(extraLength);
    // Encrypted, or packed by another method than deflate.
    if (flags & 1 || method && method !== 8) throw fault("zip.unsupported");
    const [length, size] = lengths(fixed, view(extra));
    const sum = { crc: fixed.getUint32(14, true), size };
    const data = flags & 8 ? upToDescriptor(packed, sum, fault) : exactly(packed, length, fault);
    const text = whole(host(asGzip(data, !method, sum), fault), sum, fault);
    if (/^__MACOSX\/|\/$/.test(name)) while (!(await text.next()).done);
    else yield text;
  }
}

/** A text that is as long as its file says: what follows after packed data may have been passed over. */
async function* whole(text: Pieces, sum: { size: number }, fault: () => Unreadable): Pieces {
  if ((yield* sized(text)) !== sum.size) throw fault();
}

/** Is here the list of all files, to its end, and does it say again what was read? */
async function lists(packed: Packed, files: number): Promise<boolean> {
  for (let listed = 0; ;) {
    if (!(await packed.has(22))) return false;
    const head = view(packed.head), kind = head.getUint32(0, true);
    // The end: how many files there are, of more than 16 bits hold all ones.
    if (kind === 0x06054b50) {
      const right = listed === files && [files, 0xffff].includes(head.getUint16(10, true));
      return right && await isLast(packed, head.getUint16(20, true));
    }
    // Of zip64 the end and where it is.
    let length = 20;
    if (kind === 0x06064b50) length = 12 + head.getUint32(4, true);
    else if (kind === 0x02014b50) {
      if (!(await packed.has(46))) return false;
      const file = view(packed.head);
      length = 46 + file.getUint16(28, true) + file.getUint16(30, true) + file.getUint16(32, true);
      listed++;
    } else if (kind !== 0x07064b50) return false;
    for (let left = length; left;) {
      const passed = await packed.next(left);
      if (!passed) return false;
      left -= passed.length;
    }
  }
}

/** Does nothing but zeros follow after the end, which has a remark of so many bytes? */
async function isLast(packed: Packed, remark: number): Promise<boolean> {
  packed.take(22);
  for (let left = remark; left;) {
    const passed = await packed.next(left);
    if (!passed) return false;
    left -= passed.length;
  }
  for (let piece; (piece = await packed.next());) if (piece.some(Boolean)) return false;
  return true;
}

const view = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

/** The packed length and the unpacked one, the latter as gzip has it: its lower four bytes. */
function lengths(fixed: DataView, extra: DataView): [length: number, size: number] {
  const [length, size] = [fixed.getUint32(18, true), fixed.getUint32(22, true)];
  if (length === 0xffffffff) {
    // Both stand in the extra field of zip64, in eight bytes each, the unpacked one first.
    for (let at = 0; at + 20 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
      if (extra.getUint16(at, true) === 1) return [Number(extra.getBigUint64(at + 12, true)), extra.getUint32(at + 4, true)];
    }
  }
  return [length, size];
}

async function* exactly(packed: Packed, length: number, fault: () => Unreadable): Pieces {
  for (let left = length; left;) {
    const piece = await packed.next(left);
    if (!piece) throw fault();
    left -= piece.length;
    yield piece;
  }
}

/** Data whose length follows after it: up to a descriptor that says how many bytes there were. */
async function* upToDescriptor(packed: Packed, sum: { crc: number; size: number }, fault: () => Unreadable): Pieces {
  const from = packed.at;
  // Of the longer form, and of the signature that follows: of another file, or of the list of all.
  const NEEDED = 27;
  const isPk = (head: Uint8Array, at: number, ...kinds: number[]) =>
    head[at] === 0x50 && head[at + 1] === 0x4b && kinds.includes(head[at + 2]!);
  for (;;) {
    const all = await packed.has(NEEDED);
    const { head } = packed;
    for (let at = head.indexOf(0x50); at >= 0 && at + (all ? NEEDED : 19) <= head.length; at = head.indexOf(0x50, at + 1)) {
      if (!isPk(head, at, 7)) continue;
      const fields = view(head.subarray(at)), length = packed.at - from + at;
      const short = isPk(head, at + 16, 1, 3) && fields.getUint32(8, true) === length;
      if (!short && !(isPk(head, at + 24, 1, 3) && fields.getUint32(8, true) + fields.getUint32(12, true) * 2 ** 32 === length)) continue;
      sum.crc = fields.getUint32(4, true);
      sum.size = fields.getUint32(short ? 12 : 16, true);
      if (at) yield packed.take(at);
      packed.take(short ? 16 : 24);
      return;
    }
    if (!all) throw fault();
    // The beginning of a descriptor may stand at the end.
    yield packed.take(head.length - NEEDED + 1);
  }
}

/** A file of a zip as gzip; what is stored is written as blocks that are not packed. */
async function* asGzip(data: Pieces, stored: boolean, sum: { crc: number; size: number }): Pieces {
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
  for await (const piece of data) {
    if (!stored) yield piece;
    else for (let at = 0; at < piece.length; at += 0xffff) {
      const block = piece.subarray(at, at + 0xffff);
      const [low, high] = [block.length & 255, block.length >> 8];
      yield Uint8Array.of(0, low, high, ~low, ~high);
      yield block;
    }
  }
  if (stored) yield Uint8Array.of(1, 0, 0, 255, 255);
  // Only now: it may have stood after the data.
  const end = new DataView(new ArrayBuffer(8));
  end.setUint32(0, sum.crc, true);
  end.setUint32(4, sum.size, true);
  yield new Uint8Array(end.buffer);
}
