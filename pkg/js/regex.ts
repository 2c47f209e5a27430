// The regex module, which matches the patterns of segments: loaded where one has a pattern.
import type * as Full from "../types";
import { bytes } from "./engine";

type Source = Parameters<typeof Full.loadRegex>[0];

type Regex = { memory: WebAssembly.Memory } & Record<
  "texts_new" | "texts_reserve" | "pattern_new" | "pattern_free" | "pattern_match", (...numbers: number[]) => number>;

let regex: Regex | undefined;
/** Where patterns and texts are written in its memory. */
let texts = 0;
let late: (() => WebAssembly.Module | BufferSource) | undefined;
let loader: ((source?: Source) => Promise<void>) | undefined;
/** Was it asked for since `takeNeeded` was called, and not there? */
let needed = false;

/** Takes a module into use. */
export function startRegex(module: WebAssembly.Module): void {
  if (regex) return;
  regex = new WebAssembly.Instance(module).exports as Regex;
  texts = regex.texts_new();
}

/** Says where the module comes from when it is first needed. */
export function startRegexLate(source: () => WebAssembly.Module | BufferSource): void {
  late = source;
}

/** Says how to load it, where that takes time. */
export function setRegexLoader(load: (source?: Source) => Promise<void>): void {
  loader = load;
}

export async function loadRegex(source?: Source): Promise<void> {
  if (loader && !regex) await loader(source);
}

/** Says that a pattern had to be read before the module was there. */
export class RegexNeeded extends Error {
  constructor() {
    super("a segment has a regular expression, and what matches it is not loaded: call `await loadRegex()` once before");
    this.name = "RegexNeeded";
  }
}

/** Throws if the module was asked for in vain by the call before. */
export function checkRegex(): void {
  if (!needed) return;
  needed = false;
  throw new RegexNeeded();
}

/** Room in the module's memory; 0 where it has none. */
function room(length: number): number {
  return regex!.texts_reserve(texts, length) >>> 0;
}

/** What the full module imports: `src/wasm/patterns.rs` calls it. An exception must not pass through its frames. */
export const patterns = {
  pattern(at: number, length: number): number {
    try {
      if (!regex && late) {
        const source = late();
        startRegex(source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source));
      }
      if (!regex) {
        needed = true;
        return 0;
      }
      const to = room(length);
      if (!to) return 0;
      new Uint8Array(regex.memory.buffer).set(bytes().subarray(at >>> 0, (at >>> 0) + length), to);
      return regex.pattern_new(texts, length);
    } catch {
      return 0;
    }
  },

  matches(pattern: number, from: number, ends: number, count: number, matched: number): boolean {
    try {
      const own = bytes();
      const size = count * 4;
      const last = new DataView(own.buffer).getUint32((ends >>> 0) + size - 4, true);
      const to = room(size + last);
      if (!to) return false;
      let theirs = new Uint8Array(regex!.memory.buffer);
      theirs.set(own.subarray(ends >>> 0, (ends >>> 0) + size), to);
      theirs.set(own.subarray(from >>> 0, (from >>> 0) + last), to + size);
      regex!.pattern_match(pattern, texts, count, size + last);
      // The module's memory may have grown, and the view be gone.
      theirs = new Uint8Array(regex!.memory.buffer);
      for (let index = 0; index < count; index++) own[(matched >>> 0) + index] = theirs[to + index * 4]!;
      return true;
    } catch {
      return false;
    }
  },

  forget(pattern: number): void {
    regex?.pattern_free(pattern);
  },
};
