// Why a module cannot be compiled.

// A module without anything.
const EMPTY = [0, 97, 115, 109, 1, 0, 0, 0];

/** Throws, and says whether it is this module that cannot be compiled, or any; `more` is said of any. */
export function refused(cause: unknown, more = ""): never {
  try {
    new WebAssembly.Module(Uint8Array.from(EMPTY));
  } catch {
    throw new Error(`the content security policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src, of a worker to that of the worker's file${more}`, { cause });
  }
  throw cause;
}
