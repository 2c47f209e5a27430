// The difference of two snapshots: ids go in, places come back, and the text that the caller has
// gives the ids.
import { RawDiff } from "kohort:glue";
import type { Diff, DiffAnswer, DiffInput, DiffSource, IdList, Problem, Refused, StreamOptions } from "../types";
import { Answer } from "./answer";
import { amount, fail, options, watched } from "./arguments";
import { bytes, ready } from "./engine";
import { gather, idList, readIds } from "./ids";
import { attached, encode, isBuffer, part, put } from "./input";
import { found, outOfMemory, refused } from "./problems";
import { isOneShot, isSource, pieces } from "./stream";
import { Unreadable } from "./unpack";

const SIDES = ["previous", "next"] as const;
/** Bytes and ids that go in at once. */
const PIECE = 1 << 20;
const IDS = 1 << 14;

type Side = { lines: boolean; bytes: Uint8Array; offsets?: Uint32Array };

/** What a caller gave as a side: text, or a list; or what is wrong with it. */
function read(given: DiffInput, name: string): Side | Problem {
  if (typeof given === "string") return { lines: true, bytes: encode(given) };
  if (ArrayBuffer.isView(given) || isBuffer(given)) return { lines: true, bytes: encode(attached(part(given, name) as Uint8Array, name)) };
  const list = readIds(given as never, name, undefined, "text or bytes with an id a line, ");
  return "code" in list ? list : { lines: false, ...list };
}

const take = (raw: RawDiff, at: number[] | undefined, push: (lengths: number[]) => number): Refused | undefined => {
  if (!at) return outOfMemory();
  const answer = new Answer(push(at));
  return answer.ok ? undefined : answer.listed<false>() as Refused;
};

function pushText(raw: RawDiff, next: boolean, text: Uint8Array): Refused | undefined {
  for (let at = 0; at < text.length; at += PIECE) {
    const wrong = take(raw, put(raw, text.subarray(at, at + PIECE)), ([length]) => raw.push_lines(next, length!));
    if (wrong) return wrong;
  }
  return undefined;
}

function pushList(raw: RawDiff, next: boolean, text: Uint8Array, offsets: Uint32Array): Refused | undefined {
  if (!offsets.length) return refused(found("ids.offsets", `/${SIDES[+next]}`));
  for (let at = 0; at < offsets.length - 1;) {
    const end = Math.min(at + IDS, offsets.length - 1);
    // Beyond the text nothing begins: the difference that is left is found there.
    const start = Math.min(offsets[at]!, text.length);
    const piece = offsets.subarray(at, end + 1).map(offset => offset - start);
    const wrong = take(raw, put(raw, new Uint8Array(piece.buffer), text.subarray(start, offsets[end])),
      ([places, length]) => raw.push(next, places!, places! + length!));
    if (wrong) return wrong;
    at = end;
  }
  return undefined;
}

function finish(raw: RawDiff): { counts: Diff["counts"] } | Refused {
  const answer = new Answer(raw.finish());
  if (!answer.ok) return answer.listed() as Refused;
  const n = () => answer.number();
  return { counts: { previous: n(), next: n(), added: n(), removed: n(), unchanged: n(), previousRepeats: n(), nextRepeats: n() } };
}

function places(raw: RawDiff, next: boolean, lines: boolean): Float64Array | Refused {
  const answer = new Answer(raw.only_in(next, lines));
  return answer.ok ? new Float64Array(answer.bytes(8).buffer) : answer.listed() as Refused;
}

export function diffCohort(previous: DiffInput, next: DiffInput): DiffAnswer {
  const sides = [read(previous, "previous"), read(next, "next")];
  bytes(); // Throws before the module is ready.
  const wrong = sides.filter(side => "code" in side) as Problem[];
  if (wrong.length) return refused(...wrong);
  const raw = new RawDiff();
  try {
    for (const [index, side] of (sides as Side[]).entries()) {
      const wrong = side.offsets ? pushList(raw, !!index, side.bytes, side.offsets) : pushText(raw, !!index, side.bytes);
      if (wrong) return typeof [previous, next][index] === "string" ? halved(wrong) : wrong;
    }
    const done = finish(raw);
    if (!("counts" in done)) return done;
    const lists: IdList[] = [];
    for (const [index, { bytes, offsets, lines }] of (sides as Side[]).entries()) {
      const which = places(raw, !!index, lines);
      if (!(which instanceof Float64Array)) return which;
      const pairs = offsets ? pairsOf(which, offsets) : which;
      const list = gather(pairs);
      list.take(bytes);
      lists.push(list.list());
    }
    return answer(lists, done.counts);
  } finally {
    raw.free();
  }
}

const answer = ([remove, add]: IdList[], counts: Diff["counts"]): Diff =>
  ({ ok: true, add: add!, remove: remove!, counts, problems: [], warnings: [] });

function pairsOf(places: Float64Array, offsets: Uint32Array): Float64Array {
  const pairs = new Float64Array(places.length * 2);
  places.forEach((place, at) => {
    pairs[2 * at] = offsets[place]!;
    pairs[2 * at + 1] = offsets[place + 1]!;
  });
  return pairs;
}

/** A string has no invalid UTF-8, only half surrogates. */
const halved = (wrong: Refused): Refused => ({
  ...wrong,
  problems: wrong.problems.map(problem => problem.code === "json.invalid_utf8" ? found("json.lone_surrogate", problem.path, problem) : problem),
});

export async function diffCohortStream(previous: DiffSource, next: DiffSource, given?: StreamOptions): Promise<DiffAnswer> {
  const { signal, onProgress, limits } = options(given, "signal onProgress limits");
  const length = amount(options(limits, "maxBytes", "limits").maxBytes, "limits.maxBytes", Infinity);
  watched(signal, onProgress);
  // Copies of lists, which are read twice.
  const sides = [previous, next].map(side => Array.isArray(side) ? [...side] as Blob[] : side);
  sides.forEach((side, index) => {
    if (ArrayBuffer.isView(side)) attached(side, SIDES[index]!);
    if (!isSource(side) && typeof side !== "string" && !ArrayBuffer.isView(side) && !isBuffer(side)) {
      fail(`${SIDES[index]} must be a ReadableStream of Uint8Array, a Blob, a list of blobs, or bytes`);
    }
  });
  await ready();
  bytes();
  signal?.throwIfAborted();
  const raw = new RawDiff();
  const read = (index: number) => pieces(sides[index], SIDES[index]!, length, `/${SIDES[index]}`, signal);
  try {
    let bytes = 0;
    // What can be read only once is kept; the rest is read again.
    const kept: Uint8Array[][] = [[], []];
    for (const [index, side] of sides.entries()) {
      for await (const piece of read(index)) {
        signal?.throwIfAborted();
        const wrong = pushText(raw, !!index, piece);
        if (wrong) return typeof side === "string" ? halved(wrong) : wrong;
        if (isOneShot(side)) kept[index]!.push(piece);
        onProgress?.({ bytes: bytes += piece.length });
      }
    }
    const done = finish(raw);
    if (!("counts" in done)) return done;
    const lists: IdList[] = [];
    for (const [index, side] of sides.entries()) {
      const which = places(raw, !!index, true);
      if (!(which instanceof Float64Array)) return which;
      const list = gather(which);
      for await (const piece of isOneShot(side) ? kept[index]! : read(index)) {
        signal?.throwIfAborted();
        if (list.take(piece)) break;
      }
      lists.push(list.list());
    }
    return answer(lists, done.counts);
  } catch (error) {
    if (error instanceof Unreadable) return refused(error.problem);
    throw error;
  } finally {
    raw.free();
  }
}
