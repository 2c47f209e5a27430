// Bytes and texts on their way into wasm memory.
import { bytes } from "./engine";
import { bufferLength, lengthOf, plain, whole } from "./views";

/** What synchronous calls take. */
export type Bytes = Uint8Array | ArrayBuffer | string;
/** As far as this layer looks at it. */
export type Part = Uint8Array | string;
type Raw = { reserve(length: number): number };

/** Stands for the length of a part that is not there. */
export const ABSENT = 0xffffffff;

const encoder = new TextEncoder();
// Half of a surrogate pair: no character begins or ends within one.
const HALF = /[\ud800-\udfff]/u;

export const isHalved = (text: string) => HALF.test(text);

/** A view whose buffer is gone, or too short for it now, is as long as an empty one: it must not be taken for one. */
export function attached<T extends ArrayBufferView>(view: T, name: string): T {
  try {
    whole.call(view);
  } catch {
    throw new TypeError(`${name} is detached`);
  }
  return view;
}

/** What a caller gave as bytes. */
export function part(value: unknown, name: string, more = "", hint = ""): Part {
  if (typeof value === "string") return value;
  if (ArrayBuffer.isView(value)) {
    if (!(value instanceof Uint8Array)) return plain(attached(value, name));
    return sizeOf(value) ? value : attached(value, name);
  }
  if (isBuffer(value)) return new Uint8Array(value);
  throw new TypeError(`${name} must be ${more}a Uint8Array, an ArrayBuffer or a string${hint}`);
}

/** Also of another realm, such as a test runner's; not what only looks like one, whose bytes nobody can read. */
export const isBuffer = (value: unknown): value is ArrayBuffer => {
  try {
    return (value instanceof ArrayBuffer || Object.prototype.toString.call(value) === "[object ArrayBuffer]") && bufferLength.call(value) >= 0;
  } catch {
    return false;
  }
};

/** The bytes of a part, by a view of ours; half surrogates as three bytes each, which the readers name. */
export function encode(text: Part): Uint8Array {
  if (typeof text !== "string") return plain(text);
  const out = new Uint8Array(text.length * 3);
  return out.subarray(0, write(text, out, 0, out.length));
}

/**
 * Writes what fits before `end`, and answers how many bytes that is.
 *
 * WHY an end near the text: Node's encoder writes nothing into a view of more than 2^31 bytes.
 */
function write(text: string, out: Uint8Array, at: number, end: number): number {
  let { written } = encoder.encodeInto(text, out.subarray(at, end));
  // The encoder puts U+FFFD, whose first byte is EF, where half a pair stood.
  if (out.subarray(at, at + written).includes(0xef) && isHalved(text)) {
    written = 0;
    for (const character of text) {
      const unit = character.charCodeAt(0);
      if (at + written + 3 > end) break;
      if (character.length > 1 || unit < 0xd800 || unit > 0xdfff) {
        written += encoder.encodeInto(character, out.subarray(at + written, end)).written;
      } else {
        out.set([0xed, 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)], at + written);
        written += 3;
      }
    }
  }
  return written;
}

export const sizeOf = (part: Part): number => typeof part === "string" ? part.length : lengthOf.call(part);

/** Writes parts one after another; answers their lengths, or nothing where memory ran out. */
export function put(raw: Raw, ...parts: (Part | undefined)[]): number[] | undefined {
  let room = 1;
  for (const part of parts) if (part) room += typeof part === "string" ? part.length * 3 : sizeOf(part);
  let at = room < 0x7fffffff ? raw.reserve(room) : 0;
  if (!at) return undefined;
  const memory = bytes(), end = at + room;
  return parts.map(part => {
    if (part === undefined) return ABSENT;
    let length = sizeOf(part);
    if (typeof part === "string") length = write(part, memory, at, end);
    else memory.set(part, at);
    at += length;
    return length;
  });
}

/** Writes one part of at most `max` bytes; answers its length, -1 where memory ran out, -2 where it is longer. */
export function putOne(raw: Raw, part: Part, max: number): number {
  let length = sizeOf(part);
  if (length > max) return -2;
  if (typeof part === "string") {
    const room = Math.min(length * 3, max + 4);
    const at = raw.reserve(room + 1);
    if (!at) return -1;
    length = write(part, bytes(), at, at + room);
    // What did not fit is longer than `max`, since a character has at most four bytes.
    return length > max ? -2 : length;
  }
  const at = raw.reserve(length + 1);
  if (!at) return -1;
  bytes().set(part, at);
  return length;
}
