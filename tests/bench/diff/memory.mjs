// A process that compares two snapshots once: prints how large wasm memory has become.
// Arguments: how many ids, and `lines` or `list`.

import { wasmBytes } from "../support/watched_wasm.mjs";
import { entryUrl } from "../support/package.mjs";
import * as corpus from "./corpus.mjs";

const [count, form] = process.argv.slice(2);
const { diffCohort } = await import(entryUrl("kohort/edge"));
const { previous, next } = corpus.snapshots(Number(count));
const before = wasmBytes();
diffCohort(corpus[form](previous), corpus[form](next));
console.log(JSON.stringify({ before, after: wasmBytes() }));
