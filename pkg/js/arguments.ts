// Arguments of calls: what is wrong with one is a mistake in the program, so it throws, and no
// message holds the value.
import { MAX_BODY_BYTES, MAX_DEPTH, MAX_PROBLEMS } from "kohort:limits";

export function fail(what: string): never {
  throw new TypeError(what);
}

/** An object, empty where there is none. */
export function record<T extends object>(value: T | undefined | null, name: string): T {
  value ??= {} as T;
  if (typeof value !== "object") fail(`${name} must be an object`);
  return value;
}

/** How all that is read is read. */
export const READING = "maxProblems limits";

/** Lists of names, by how they are written: of a list that is long they take longer than all else. */
const lists = new Map<string, ReadonlySet<string>>();
const namesOf = (known: string): ReadonlySet<string> => {
  let names = lists.get(known);
  if (!names) lists.set(known, names = new Set(known.split(" ")));
  return names;
};

/** An object of options, empty where there is none, that has no other than the `known` ones (with spaces between). */
export function options<T extends object>(value: T | undefined | null, known: string, name = "options"): T {
  value = record(value, name);
  const names = namesOf(known);
  for (const key of Object.keys(value)) {
    // What is no word may be anything, such as an id of what was given in place of options.
    if (!names.has(key)) fail(`${/^[a-z_]{1,24}$/i.test(key) ? `${name}.${key}` : `a name in ${name}`} is none of ${[...names].join(", ")}`);
  }
  return value;
}

/** A number that is not negative; `fallback` where there is none. */
export function amount(value: unknown, name: string, fallback: number): number {
  value ??= fallback;
  if (typeof value !== "number" || !(value >= 0)) fail(`${name} must be a number that is not negative`);
  return value;
}

/** As it fits into 31 bits: Infinity is no limit. */
export const limit = (value: unknown, name: string, fallback: number): number =>
  Math.min(Math.floor(amount(value, name, fallback)), 0x7fffffff);

/** Is it a whole number from 1 on? */
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** True or false, and no text such as "false". */
export function flag(value: unknown, name: string): boolean {
  if (typeof value !== "boolean") fail(`${name} must be true or false`);
  return value;
}

/** A text; `undefined` stays. */
export function text(value: unknown, name: string): string | undefined {
  if (value !== undefined && typeof value !== "string") fail(`${name} must be a string`);
  return value as string | undefined;
}

/** The index of a word among those that an option knows. */
export function choice(value: unknown, name: string, words: string[]): number {
  const index = words.indexOf(value as string);
  if (index < 0) fail(`${name} must be one of ${words.map(word => `"${word}"`).join(", ")}`);
  return index;
}

/** A text or several, as a list; empty only where there is none, since an empty list may mean nobody or everybody. */
export function texts(value: unknown, name: string): string[] {
  // A copy, with the holes that `every` passes over, and that nothing changes while it is read.
  const list = value === undefined ? [] : Array.isArray(value) ? [...value] : [value];
  if (value !== undefined && !list.length || !list.every(text => typeof text === "string")) {
    fail(`${name} must be a string or a list of at least one`);
  }
  return list;
}

/** A partner's name. */
export const partnerOf = (value: unknown): string =>
  typeof value === "string" && /^[a-z0-9_-]{1,64}$/.test(value) ? value : fail("partner must be 1 to 64 of a-z, 0-9, _ and -");

/** A time in milliseconds; the host's clock where there is none. */
export function time(value: unknown, name = "now"): number {
  const now = value === undefined ? Date.now() : value instanceof Date ? value.getTime() : value;
  if (typeof now !== "number" || !Number.isFinite(now)) fail(`${name} must be a time in milliseconds`);
  return now;
}

/** How many problems are listed. */
export const problemLimit = (value: unknown): number => limit(value, "maxProblems", MAX_PROBLEMS);

/** Problems that are listed, bytes of a body, and levels of its nesting. */
export type ReadLimits = [most: number, maxBytes: number, maxDepth: number];

/** How far a body is read. */
export function readLimits(maxProblems: unknown, limits: object | undefined): ReadLimits {
  const { maxBytes, maxDepth } = options(limits as { maxBytes?: unknown; maxDepth?: unknown } | undefined, "maxBytes maxDepth", "limits");
  return [
    problemLimit(maxProblems), limit(maxBytes, "limits.maxBytes", MAX_BODY_BYTES), limit(maxDepth, "limits.maxDepth", MAX_DEPTH),
  ];
}

/** What long work is watched and stopped by. */
export function watched(signal: unknown, onProgress?: unknown): void {
  if (signal !== undefined && typeof (signal as AbortSignal | null)?.throwIfAborted !== "function") fail("signal must be an AbortSignal");
  if (onProgress !== undefined && typeof onProgress !== "function") fail("onProgress must be a function");
}
