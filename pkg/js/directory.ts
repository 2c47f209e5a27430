// Known users, for matching at the edge.
import { RawDirectory } from "kohort:glue";
import { OUTCOMES } from "kohort:tables";
import type { Alias, Bytes, DiffSource, DirectoryOptions, IdListInput, LookUpAnswer, LookUpIds, Problem, Refused } from "../types";
import { Answer } from "./answer";
import { amount, choice, fail, options, problemLimit, READING, watched } from "./arguments";
import { bytes, ready } from "./engine";
import { readIds } from "./ids";
import { encode, part, put } from "./input";
import { listedWith, loadCounts, pushAll, pushPieces } from "./load";
import { outOfMemory, refused, tooLarge, type Listed } from "./problems";
import { LOOK_UP } from "./look_up";
import { isSource, pieces, STREAMS } from "./stream";

/** Bytes of a stored directory before those of which it tells. */
const HEAD = 32;
const KINDS = ["externalIds", "deviceIds", "aliases"] as const;
type Counts = { loaded: number; updated: number; rejected: number };

/** Which directory's memory is whose; not a property, so that only this file gets at it. */
const raws = new WeakMap<Directory, RawDirectory>();
const rawOf = (directory: Directory): RawDirectory => {
  const raw = raws.get(directory);
  if (!raw) throw new Error("this Directory was freed");
  return raw;
};

export class Directory {
  // So that it is called so when somebody prints one: bundlers shorten names.
  static readonly name = "Directory";
  declare [Symbol.dispose]: () => void;
  readonly ok: boolean;
  readonly problems: Problem[];
  readonly warnings: Problem[];
  readonly loaded: number;
  readonly updated: number;
  readonly rejected: number;

  /** Only `build` and `fromBytes` call this. */
  constructor(raw?: RawDirectory, { ok, problems, warnings } = refused() as Listed, { loaded, updated, rejected } = {} as Counts) {
    if (!(raw instanceof RawDirectory)) fail("a Directory is made by `Directory.build` or `Directory.fromBytes`, not by `new`");
    raws.set(this, raw);
    this.ok = ok;
    this.problems = problems;
    this.warnings = warnings;
    this.loaded = loaded;
    this.updated = updated;
    this.rejected = rejected;
  }

  /** Itself: so that the answer of a call reads as others do. */
  get directory(): this { return this; }

  get mode(): "verified" | "compact" { return this.falsePositiveRate === undefined ? "verified" : "compact"; }

  /** Users, or of a compact directory ids. */
  get count(): number { return rawOf(this).count(); }

  get falsePositiveRate(): number | undefined {
    const rate = rawOf(this).false_positive_rate();
    return Number.isNaN(rate) ? undefined : rate;
  }

  static build(source: Bytes, given?: DirectoryOptions): Directory | Refused;
  static build(source: DiffSource, given?: DirectoryOptions): Promise<Directory | Refused>;
  static build(source: DiffSource, given?: DirectoryOptions): any {
    const { mode = "verified", limits, maxProblems, signal } = options(given, `mode signal ${READING}`);
    const compact = choice(mode, "mode", ["verified", "compact"]) === 1;
    const most = problemLimit(maxProblems);
    const { maxMemoryBytes, maxBytes } = options(limits, "maxMemoryBytes maxBytes", "limits");
    const memory = amount(maxMemoryBytes, "limits.maxMemoryBytes", Infinity);
    const length = amount(maxBytes, "limits.maxBytes", Infinity);
    watched(signal);
    const finish = (raw: RawDirectory, fits: boolean | undefined | Problem) => {
      if (fits === undefined) return raw.free(), outOfMemory();
      const at = raw.finish();
      const listed = listedWith(new Answer(at).listed(), fits);
      // What can go on without all users is a directory; fingerprints of too many are none.
      if (compact && listed.problems.some(problem => problem.code === "limit.memory")) {
        raw.free();
        return { ...listed, ok: false as const };
      }
      return new Directory(raw, listed, loadCounts(at));
    };
    if (isSource(source)) {
      return (async () => {
        await ready();
        bytes();
        const raw = new RawDirectory(compact, most, memory);
        try {
          return finish(raw, await pushPieces(() => raw, pieces(source, "source", length, "", signal), signal));
        } catch (error) {
          raw.free();
          throw error;
        }
      })();
    }
    const text = encode(part(source, "source", ...STREAMS));
    bytes(); // Throws before the module is ready.
    const raw = new RawDirectory(compact, most, memory);
    const more = pushAll(raw, text.subarray(0, length));
    return finish(raw, more && text.length > length ? tooLarge(text, length).problems[0] : more);
  }

  static fromBytes(given: Uint8Array | ArrayBuffer): Directory | Refused {
    if (typeof given === "string") fail("bytes must be a Uint8Array or an ArrayBuffer");
    const stored = encode(part(given, "bytes"));
    bytes(); // Throws before the module is ready.
    const raw = new RawDirectory(false, 0, Infinity);
    raw.begin_restore(stored.length);
    const listed = pushAll(raw, stored) ? new Answer(raw.finish_restore()).listed() : outOfMemory();
    if (!listed.ok) return raw.free(), { ...listed, ok: false };
    return new Directory(raw, listed, { loaded: raw.count(), updated: 0, rejected: 0 });
  }

  toBytes(): Uint8Array {
    const raw = rawOf(this);
    const stored = new Uint8Array(raw.begin_store());
    for (let at = HEAD; ;) {
      const answer = new Answer(raw.store_piece());
      if (!answer.ok) throw new RangeError("there is too little memory for this directory's bytes");
      const piece = answer.bytes();
      if (!piece.length) return stored;
      // The last piece is the first of all, since it says what the others come to.
      stored.set(piece, at < stored.length ? at : 0);
      at += piece.length;
    }
  }

  lookup(ids: LookUpIds): LookUpAnswer {
    const given = options(!ids || Array.isArray(ids) ? fail("ids must be an object of lists, such as { externalIds }") : ids, KINDS.join(" "), "ids");
    const found: Partial<Record<typeof KINDS[number], string[]>> = {};
    for (const [kind, name] of KINDS.entries()) {
      const answer = lookUp(this, kind, given[name] ?? [], name);
      if (!Array.isArray(answer)) return answer;
      found[name] = answer;
    }
    const { falsePositiveRate } = this;
    return {
      ok: true, ...found, ...falsePositiveRate !== undefined && { falsePositiveRate }, problems: [], warnings: [],
    } as LookUpAnswer;
  }

  [LOOK_UP](kind: number, ends: Uint32Array, ids: Uint8Array): string[] | Refused {
    return lookUpEnds(rawOf(this), kind, ends, ids);
  }

  free(): void {
    raws.get(this)?.free();
    raws.delete(this);
  }
}
if (Symbol.dispose) Directory.prototype[Symbol.dispose] = Directory.prototype.free;

function lookUp(directory: Directory, kind: number, given: IdListInput | readonly Alias[], name: string): string[] | Refused {
  const ids = kind < 2 ? given as IdListInput : pairs(given as readonly Alias[]);
  const list = readIds(ids, name);
  if ("code" in list) return refused(list);
  const start = list.offsets[0] ?? 0;
  const ends = list.offsets.subarray(1).map(offset => offset - start);
  // Only now: reading the ids may have called this package, if only to free the directory.
  return lookUpEnds(rawOf(directory), kind, ends, list.bytes.subarray(start));
}

function lookUpEnds(raw: RawDirectory, kind: number, ends: Uint32Array, ids: Uint8Array): string[] | Refused {
  const lengths = put(raw, new Uint8Array(ends.buffer), ids);
  if (!lengths) return outOfMemory();
  const answer = new Answer(raw.look_up(kind, lengths[0]!, lengths[0]! + lengths[1]!));
  return answer.ok ? Array.from(answer.bytes(), outcome => OUTCOMES[outcome] ?? "probable") : answer.listed<false>() as Refused;
}

function pairs(aliases: readonly Alias[]): string[] {
  if (!Array.isArray(aliases)) fail("aliases must be an array of { alias_name, alias_label }");
  return [...aliases].flatMap(alias => {
    const { alias_name, alias_label } = Object(alias) as Alias;
    if (typeof alias_name !== "string" || typeof alias_label !== "string") fail("aliases must hold { alias_name, alias_label }, both strings");
    return [alias_name, alias_label];
  });
}
