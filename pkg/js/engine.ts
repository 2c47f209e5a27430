// The running wasm module: started once by the entry file of a runtime.
import { __wbg_finalize_init as finish, __wbg_get_imports as imports } from "kohort:glue";

/** The calls of the edge entry, by their names in `src/wasm/exports.rs`. */
export type Exports = { memory: WebAssembly.Memory } & Record<
  `checker_${"new" | "reserve" | "allow" | "rest_endpoint" | "check" | "free"}` |
  `desk_${"new" | "reserve" | "secret" | "verify" | "webhook" | "classify" | "take_list" | "take_page" | "take_told" | "plan" | "release"}`,
  (...numbers: (number | boolean)[]) => number>;

/** The running module's calls, for those who know that it runs; for others `wasm`. */
export let exports: Exports | undefined;
let memory: WebAssembly.Memory | undefined;
let u8 = new Uint8Array();
let u32 = new Uint32Array();

/** What the module imports. */
export { imports };

/** Takes an instance into use. */
export function start(instance: WebAssembly.Instance, module?: WebAssembly.Module): void {
  if (memory) return;
  exports = finish(instance, module) as Exports;
  memory = exports.memory;
}

/** Compiles, unless that is done, and starts, at once. */
export function startSync(source: WebAssembly.Module | BufferSource): void {
  if (memory) return;
  const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(checked(source));
  start(new WebAssembly.Instance(module, imports()), module);
}

// A module with one function whose body is one simd128 instruction.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

/** Throws where the host lacks what the module needs, instead of an error about some byte. */
export function checked<T>(source: T): T {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(new Uint8Array(SIMD))) {
    throw new Error(
      "kohort needs WebAssembly with simd128: Chrome 96, Firefox 89, Safari 16.4, Node 20.19 or newer");
  }
  return source;
}

let loader: () => Promise<void> = async () => {};

/** Says how to load the module, where that takes time. */
export function setLoader(load: () => Promise<void>): void {
  loader = load;
}

/** What else `init` has to load: other modules that are imported. */
export const others: (() => Promise<void>)[] = [];

/** Waits until the module runs: what asynchronous calls do first. */
export const ready = () => loader();

/** Is the module running? */
export const started = () => memory !== undefined;

let late: (() => WebAssembly.Module | BufferSource) | undefined;

/** Says where the module comes from when it is first needed. */
export function startLate(source: () => WebAssembly.Module | BufferSource): void {
  late = source;
}

function look(): void {
  if (!memory && late) startSync(late());
  if (!memory) throw new Error("kohort is not ready: call `await init()` once before synchronous calls");
  u8 = new Uint8Array(memory.buffer);
  u32 = new Uint32Array(memory.buffer);
}

/** The running module's calls. */
export function wasm(): Exports {
  bytes(); // Throws before the module is ready.
  return exports!;
}

/** The memory in bytes; a view becomes empty when the memory grows, and is made anew then. */
export function bytes(): Uint8Array {
  if (!u8.length) look();
  return u8;
}

/** The memory in words. */
export function words(): Uint32Array {
  if (!u32.length) look();
  return u32;
}
