// Problems: records of numbers in wasm memory, and the words that belong to their codes.
import { CODES } from "kohort:tables";
import type { Problem } from "../types";

const RECORD = 12;
const text = new TextDecoder("utf-8", { ignoreBOM: true });
export const decode = (bytes: Uint8Array) => text.decode(bytes);

let table: string[][] | undefined;
const rows = () => (table ??= CODES.split("\n").map(row => row.split("\t")));

/** The records of some problems and the texts that they point into, apart from wasm memory. */
export type Records = { errors: number; records: Uint32Array; texts: Uint8Array };

/** Copies what an answer lists, from where its records and texts stand. */
export function copyRecords(u8: Uint8Array, u32: Uint32Array, errors: number, warnings: number, at: number, texts: number): Records {
  const end = (at >> 2) + (errors + warnings) * RECORD;
  return { errors, records: u32.slice(at >> 2, end), texts: u8.slice(texts, texts + u32[end - 1]!) };
}

/** Errors and warnings as objects; paths begin with `prefix`. */
export function listed({ errors, records, texts }: Records, prefix = ""): { problems: Problem[]; warnings: Problem[] } {
  const all: Problem[] = [];
  const word = (from: number, to: number) => decode(texts.subarray(from, to));
  for (let at = 0; at < records.length; at += RECORD) {
    const [code, offset, offsetHigh, end, endHigh, line, column, first, second, path, pathEnd, nameEnd] =
      records.subarray(at, at + RECORD) as unknown as number[];
    all.push(problem(code! & 0xffff, code! > 0xffff, {
      path: prefix + word(path!, pathEnd!),
      offset: offset! + offsetHigh! * 2 ** 32,
      endOffset: end! + endHigh! * 2 ** 32,
      line, column,
    }, word(pathEnd!, nameEnd!), first, second));
  }
  return { problems: all.slice(0, errors), warnings: all.slice(errors) };
}

function problem(row: number, warning: boolean, place: Partial<Problem>, name = "", first = 0, second = 0): Problem {
  const [code, message, help] = rows()[row]!;
  const fill = { name, 0: first, 1: second } as Record<string, string | number>;
  return {
    code, severity: warning ? "warning" : "error", ...place,
    message: message!.replace(/\{(\w+)\}/g, (_, key) => String(fill[key])), help,
  } as Problem;
}

/** A problem that this layer finds by itself. */
export function found(code: string, path = "", place: Partial<Problem> = {}, ...fill: [name?: string, first?: number]): Problem {
  return problem(rows().findIndex(row => row[0] === code), false,
    { path, offset: 0, endOffset: 0, line: 1, column: 1, ...place }, ...fill);
}

/** The answer to bad input. */
export const refused = (...problems: Problem[]) => ({ ok: false as const, problems, warnings: [] as Problem[] });

export const outOfMemory = () => refused(found("limit.memory"));

/** The answer to a body that is larger than allowed, which is not copied into wasm memory. */
export function tooLarge(body: Uint8Array, max: number, maxProblems = 1) {
  let line = 1, column = 1;
  for (let at = 0; at < max; at++) {
    const byte = body[at]!;
    if (byte === 10) line++, column = 1;
    else column += byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xf0 ? 1 : 2;
  }
  return refused(maxProblems
    ? found("limit.bytes", "", { offset: max, endOffset: body.length, line, column }, "", max)
    : found("limit.too_many_problems", "", { offset: max, endOffset: max, line, column }, "", 1));
}
