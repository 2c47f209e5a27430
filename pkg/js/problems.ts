// Problems: records of numbers in wasm memory, and the words that belong to their codes.
import { CODES, FULL_CODES, KNOWN_CODES, VENDOR_CODES } from "kohort:tables";
import type { Problem } from "../types";
import { bytes } from "./engine";
import { encode, type Part } from "./input";

/** Words of a record: `Problem` of `src/problem/mod.rs`. */
const RECORD = 14;
const text = new TextDecoder("utf-8", { ignoreBOM: true });
export const decode = (bytes: Uint8Array) => text.decode(bytes);

let table: string[][] | undefined;
const codes = () =>
  KOHORT_MODULE === "edge" ? CODES : KOHORT_MODULE === "known" ? CODES + KNOWN_CODES
    : KOHORT_MODULE === "vendors" ? VENDOR_CODES : CODES + KNOWN_CODES + FULL_CODES;
const rows = () => (table ??= codes().split("\n").map(row => row.split("\t")));

/** What an answer lists, apart from wasm memory; words are made of it when somebody reads them. */
export class Records {
  readonly #errors: number;
  readonly #numbers: Uint32Array;
  #paths: Uint8Array | string;

  /** Copies it, where the answer with this head says that it stands. */
  constructor(u8: Uint8Array, u32: Uint32Array, head: number) {
    const errors = this.#errors = u32[head + 1]! * RECORD;
    const at = u32[head + 3]! >>> 2, paths = u32[head + 4]!;
    const all = errors + u32[head + 2]! * RECORD;
    this.#numbers = u32.slice(at, at + all);
    this.#paths = all ? u8.slice(paths, paths + u32[head + 5]!) : "";
  }

  /** The errors, or the warnings, as objects; paths begin with `prefix`. */
  list(warnings: boolean, prefix: string): Problem[] {
    const list: Problem[] = [];
    const n = this.#numbers;
    const end = warnings ? n.length : this.#errors;
    let at = warnings ? this.#errors : 0;
    if (at === end) return list;
    // Paths are ASCII: one decoding serves all.
    let paths = this.#paths;
    if (typeof paths !== "string") paths = this.#paths = decode(paths);
    for (; at < end; at += RECORD) {
      const path = paths.slice(n[at + 8], n[at + 9]);
      list.push(problem(
        n[at + 12]! & 0xff, warnings, prefix ? prefix + path : path,
        wide(n[at]!, n[at + 1]!), wide(n[at + 2]!, n[at + 3]!),
        // An input without text has no line.
        n[at + 4]! || 1, n[at + 5]! || 1, n[at + 10]!, n[at + 11]!, n[at + 6]!, n[at + 7]!));
    }
    return list;
  }
}

const wide = (low: number, high: number) => high ? low + high * 2 ** 32 : low;

/** What was found, and whether the input is taken. */
export type Listed = { ok: boolean; problems: Problem[]; warnings: Problem[] };

/** Errors and warnings as objects; paths begin with `prefix`. */
export const listed = (records: Records, prefix = "") =>
  ({ problems: records.list(false, prefix), warnings: records.list(true, prefix) });

/** `name` is a text, or where one stands in wasm memory that never changes. */
function problem(
  row: number, warning: boolean, path: string, offset: number, endOffset: number, line: number, column: number,
  name: string | number = "", length = 0, first = 0, second = 0,
): Problem {
  const [code, message, help] = rows()[row]! as [string, string, string];
  return {
    code: code as Problem["code"], severity: warning ? "warning" : "error", path, offset, endOffset, line, column,
    message: message.includes("{") ? fill(message, name, length, first, second) : message,
    help,
  };
}

const fill = (message: string, name: string | number, length: number, first: number, second: number) => message
  .replace("{name}", () => typeof name === "string" ? name : decode(bytes().subarray(name, name + length)))
  .replace("{0}", String(first)).replace("{1}", String(second));

/** A problem that this layer finds by itself. */
export function found(code: string, path = "", place: Partial<Problem> = {}, name = "", first = 0): Problem {
  const { offset = 0, endOffset = 0, line = 1, column = 1 } = place;
  return problem(rows().findIndex(row => row[0] === code), false, path, offset, endOffset, line, column, name, 0, first);
}

/** The answer to bad input. */
export const refused = (...problems: Problem[]) => ({ ok: false as const, problems, warnings: [] as Problem[] });

export const outOfMemory = () => refused(found("limit.memory"));

/** The place after more text: lines end with a line feed, columns count UTF-16 units. */
export function after(text: Uint8Array, { line, column } = { line: 1, column: 1 }): { line: number; column: number } {
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!;
    if (byte === 10) line++, column = 1;
    else column += byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xf0 ? 1 : 2;
  }
  return { line, column };
}

/** The answer to a body that is larger than allowed, which is not copied into wasm memory. */
export function tooLarge(body: Part, max: number, maxProblems = 1, path = "") {
  let size = body.length;
  let head = body;
  if (typeof head === "string") {
    // Only what is looked at is copied, since a text may be as long as memory is large.
    for (let at = 0; at < head.length; at++) {
      const unit = head.charCodeAt(at);
      // Each half of a pair is two bytes of four.
      if (unit > 0x7f) size += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
    }
    head = encode(head.slice(0, max));
  }
  const place = after(head.subarray(0, max));
  return refused(maxProblems
    ? found("limit.bytes", path, { offset: max, endOffset: size, ...place }, "", max)
    : found("limit.too_many_problems", path, { offset: max, endOffset: max, ...place }, "", 1));
}
