// Lists of ids: a text and the places where each id begins, or arrays of strings.
import { fail } from "./arguments";
import { attached, encode, isHalved } from "./input";
import { decode, found } from "./problems";
import { lengthOf, placeOf, plain, typeOf } from "./views";
import type { IdList, IdListInput, Problem } from "../types";

// WHY: not enumerable, so that a list is copied, compared and stored as the plain object that it is.
const PROPERTIES: PropertyDescriptorMap & ThisType<IdList> = {
  length: { get() { return this.offsets.length - 1; } },
  [Symbol.iterator]: {
    *value() {
      for (let at = 0; at < this.length; at++) yield decode(this.bytes.subarray(this.offsets[at], this.offsets[at + 1]));
    },
  },
};

export const idList = (bytes: Uint8Array, offsets: Uint32Array): IdList =>
  Object.defineProperties({ bytes, offsets }, PROPERTIES) as IdList;

/** What a caller gave as a list, as bytes and offsets; a problem at `path` where an id is no text. */
export function readIds(list: IdListInput, name: string, path = `/${name}`, also = ""): { bytes: Uint8Array; offsets: Uint32Array } | Problem {
  // A copy, since elements and length may change while it is read.
  if (Array.isArray(list)) return encodeAll([...list], name, path);
  const { bytes, offsets } = Object(list) as IdList;
  if (typeOf.call(bytes) !== "Uint8Array" || typeOf.call(offsets) !== "Uint32Array") {
    fail(`${name} must be ${also}{ bytes: Uint8Array, offsets: Uint32Array } or an array of strings`);
  }
  const [buffer, from] = placeOf(attached(offsets, name));
  return { bytes: plain(attached(bytes, name)), offsets: new Uint32Array(buffer, from, lengthOf.call(offsets)) };
}

/** Strings that are encoded in one call: enough to make calls rare, few enough to stay in the cache. */
const TOGETHER = 256;
const encoder = new TextEncoder();

function encodeAll(list: readonly string[], name: string, path: string): { bytes: Uint8Array; offsets: Uint32Array } | Problem {
  const offsets = new Uint32Array(list.length + 1);
  let units = 0;
  for (const id of list) {
    if (typeof id !== "string") fail(`${name} must hold strings`);
    units += id.length;
  }
  let bytes: Uint8Array = new Uint8Array(units);
  let end = 0;
  for (let first = 0; first < list.length; first += TOGETHER) {
    const some = list.slice(first, first + TOGETHER);
    const text = some.join("");
    units -= text.length;
    const { read, written } = encoder.encodeInto(text, bytes.subarray(end));
    if (read === text.length && written === read) {
      // As many bytes as units: all of it is ASCII, and each id is as long as it looks.
      for (let at = 0; at < some.length; at++) offsets[first + at + 1] = end += some[at]!.length;
      continue;
    }
    for (let at = 0; at < some.length; at++) {
      if (isHalved(some[at]!)) return found("json.lone_surrogate", `${path}/${first + at}`);
      const id = encode(some[at]!);
      if (end + id.length > bytes.length) bytes = grown(bytes, end, end + id.length);
      bytes.set(id, end);
      offsets[first + at + 1] = end += id.length;
    }
    // The rest of the list is written as ASCII again where there is room for it.
    if (end + units > bytes.length) bytes = grown(bytes, end, end + units);
  }
  return { bytes: bytes.subarray(0, end), offsets };
}

function grown(bytes: Uint8Array, end: number, wanted: number): Uint8Array {
  const more = new Uint8Array(Math.max(wanted, bytes.length * 1.5));
  more.set(bytes.subarray(0, end));
  return more;
}

/** A piece up to which a place is a whole number of 32 bits. */
const LARGE = 1 << 30;

/** Puts a list together from pairs of places, rising, in a text that comes in pieces. */
export function gather(pairs: Float64Array): { take(piece: Uint8Array): boolean; list(): IdList } {
  const offsets = new Uint32Array(pairs.length / 2 + 1);
  for (let at = 0; at < pairs.length; at += 2) offsets[at / 2 + 1] = offsets[at / 2]! + pairs[at + 1]! - pairs[at]!;
  const bytes = new Uint8Array(offsets[offsets.length - 1]!);
  const into = new DataView(bytes.buffer);
  let pair = 0, out = 0, start = 0;
  /** Answers whether all is there. */
  const take = (piece: Uint8Array): boolean => {
    if (piece.length > LARGE) return take(piece.subarray(0, LARGE)) || take(piece.subarray(LARGE));
    const from = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
    const end = start + piece.length;
    for (; pair < pairs.length && pairs[pair]! < end; pair += 2) {
      // WHY: ids are short, so a loop beats a call for each; whole numbers, four bytes at a time, beat
      // single bytes at places that might be fractions.
      const to = Math.min(pairs[pair + 1]!, end) - start | 0;
      let at = Math.max(pairs[pair]!, start) - start | 0;
      for (; at + 4 <= to; at += 4, out += 4) into.setInt32(out, from.getInt32(at, true), true);
      while (at < to) bytes[out++] = piece[at++]!;
      if (pairs[pair + 1]! > end) break;
    }
    start = end;
    return pair === pairs.length;
  };
  return {
    take,
    list: () => idList(bytes, offsets),
  };
}
