// Lists of ids: a text and the places where each id begins, or arrays of strings.
import { fail } from "./arguments";
import { encode, isHalved } from "./input";
import { decode, found } from "./problems";
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
export function readIds(list: IdListInput, name: string, path = `/${name}`): { bytes: Uint8Array; offsets: Uint32Array } | Problem {
  if (Array.isArray(list)) {
    const half = list.findIndex(id => typeof id !== "string" ? fail(`${name} must hold strings`) : isHalved(id));
    if (half >= 0) return found("json.lone_surrogate", `${path}/${half}`);
    const bytes = encode(list.join(""));
    const offsets = new Uint32Array(list.length + 1);
    let at = 0;
    list.forEach((id, index) => { offsets[index + 1] = at += utf8Length(id); });
    return { bytes, offsets };
  }
  const { bytes, offsets } = Object(list) as IdList;
  if (!(bytes instanceof Uint8Array) || !(offsets instanceof Uint32Array)) {
    fail(`${name} must be { bytes: Uint8Array, offsets: Uint32Array } or an array of strings`);
  }
  return { bytes, offsets };
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Each half of a pair is two bytes of four.
    if (unit >= 0x80) length += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return length;
}

/** Puts a list together from pairs of places, rising, in a text that comes in pieces. */
export function gather(pairs: Float64Array): { take(piece: Uint8Array): boolean; list(): IdList } {
  const offsets = new Uint32Array(pairs.length / 2 + 1);
  for (let at = 0; at < pairs.length; at += 2) offsets[at / 2 + 1] = offsets[at / 2]! + pairs[at + 1]! - pairs[at]!;
  const bytes = new Uint8Array(offsets[offsets.length - 1]!);
  let pair = 0, out = 0, start = 0;
  return {
    /** Answers whether all is there. */
    take(piece) {
      const end = start + piece.length;
      for (; pair < pairs.length && pairs[pair]! < end; pair += 2) {
        // Ids are short: a loop beats a call for each.
        const to = Math.min(pairs[pair + 1]!, end) - start;
        for (let at = Math.max(pairs[pair]!, start) - start; at < to;) bytes[out++] = piece[at++]!;
        if (pairs[pair + 1]! > end) break;
      }
      start = end;
      return pair === pairs.length;
    },
    list: () => idList(bytes, offsets),
  };
}
