// Node, Deno and Bun: the module is read from the file beside this one, at import.
import { readFileSync } from "node:fs";
import { startSync } from "kohort:core";
startSync(readFileSync(new URL(KOHORT_WASM, import.meta.url)));
export * from "kohort:api";
export const init = async () => {};
