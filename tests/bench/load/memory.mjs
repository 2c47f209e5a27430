// A process that loads profiles in pieces, as they come from a network: prints how long that took and
// how much wasm memory it needs.
// Arguments: how many users, and `PLAIN` or `FULL`.

import { wasmBytes } from "../support/watched_wasm.mjs";
import { entryUrl } from "../support/package.mjs";
import * as corpus from "./corpus.mjs";

const [count, form] = process.argv.slice(2);
const users = Number(count);
const { Workspace } = await import(entryUrl("kohort"));
const workspace = await Workspace.create();
const before = wasmBytes();
const chunks = corpus.profileChunks(users, corpus[form]);
let bytes = 0;
let generatedMs = 0;
const source = new ReadableStream({
  pull(controller) {
    const begin = performance.now();
    const { value, done } = chunks.next();
    generatedMs += performance.now() - begin;
    if (done) return controller.close();
    bytes += value.length;
    controller.enqueue(value);
  },
});
const begin = performance.now();
const { loaded } = await workspace.loadProfiles(source);
const loadMs = performance.now() - begin - generatedMs;
if (loaded !== users) throw new Error("not all users were loaded");
console.log(JSON.stringify({ users, form, bytes, loadMs, wasmBytes: wasmBytes() - before }));
