// Problems: records of numbers in wasm memory, and the words that belong to their codes.
import { CODES, MORE_CODES } from "kohort:tables";
import type { Problem } from "../types";
import { encode, type Part } from "./input";

const RECORD = 12;
const text = new TextDecoder("utf-8", { ignoreBOM: true });
export const decode = (bytes: Uint8Array) => text.decode(bytes);

let table: string[][] | undefined;
const rows = () => (table ??= (KOHORT_MODULE === "edge" ? CODES : CODES + MORE_CODES).split("\n").map(row => row.split("\t")));

/** The records of some problems and the texts that they point into, apart from wasm memory. */
export type Records = { errors: number; records: Uint32Array; texts: Uint8Array };

/** Copies what an answer lists, from where its records and texts stand. */
export function copyRecords(u8: Uint8Array, u32: Uint32Array, errors: number, warnings: number, at: number, texts: number): Records {
  const end = (at >>> 2) + (errors + warnings) * RECORD;
  return { errors, records: u32.slice(at >>> 2, end), texts: u8.slice(texts, texts + u32[end - 1]!) };
}

/** Errors and warnings as objects; paths begin with `prefix`. */
export function listed({ errors, records, texts }: Records, prefix = ""): { problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  // Paths and names are ASCII: one decoding serves all.
  const words = decode(texts);
  const rest = records.length;
  for (let at = 0, list = problems; at < rest; at += RECORD) {
    if (at === errors * RECORD) list = warnings;
    const pathEnd = records[at + 10]!;
    list.push(problem(
      records[at]!, prefix + words.slice(records[at + 9], pathEnd),
      records[at + 1]! + records[at + 2]! * 2 ** 32, records[at + 3]! + records[at + 4]! * 2 ** 32,
      records[at + 5]!, records[at + 6]!,
      words.slice(pathEnd, records[at + 11]), records[at + 7]!, records[at + 8]!));
  }
  return { problems, warnings };
}

function problem(
  row: number, path: string, offset: number, endOffset: number, line: number, column: number,
  name = "", first = 0, second = 0,
): Problem {
  const [code, message, help] = rows()[row & 0xffff]! as [string, string, string];
  return {
    code: code as Problem["code"], severity: row > 0xffff ? "warning" : "error", path, offset, endOffset, line, column,
    message: message.includes("{")
      ? message.replace("{name}", () => name).replace("{0}", String(first)).replace("{1}", String(second))
      : message,
    help,
  };
}

/** A problem that this layer finds by itself. */
export function found(code: string, path = "", place: Partial<Problem> = {}, ...fill: [name?: string, first?: number]): Problem {
  const { offset = 0, endOffset = 0, line = 1, column = 1 } = place;
  return problem(rows().findIndex(row => row[0] === code), path, offset, endOffset, line, column, ...fill);
}

/** The answer to bad input. */
export const refused = (...problems: Problem[]) => ({ ok: false as const, problems, warnings: [] as Problem[] });

export const outOfMemory = () => refused(found("limit.memory"));

/** The answer to a body that is larger than allowed, which is not copied into wasm memory. */
export function tooLarge(body: Part, max: number, maxProblems = 1) {
  let line = 1, column = 1, size = body.length;
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
  for (let at = 0; at < max; at++) {
    const byte = head[at]!;
    if (byte === 10) line++, column = 1;
    else column += byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xf0 ? 1 : 2;
  }
  return refused(maxProblems
    ? found("limit.bytes", "", { offset: max, endOffset: size, line, column }, "", max)
    : found("limit.too_many_problems", "", { offset: max, endOffset: max, line, column }, "", 1));
}
