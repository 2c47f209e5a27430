// The known module in Node, Deno and Bun: read from the file beside this one when it is first needed.
import { readFileSync } from "node:fs";
import { startLate } from "kohort:core";
startLate(() => readFileSync(new URL(KOHORT_WASM, import.meta.url)));
export * from "kohort:api";
