// A process that loads profiles in pieces, as they come from a network: prints how long that took and
// how much wasm memory it needs.
// Arguments: how many users, a form of corpus.mjs (`PLAIN`, `FULL`, `IDS`), and in how many of 40 cohorts each is.

import assert from "node:assert/strict";
import { median } from "../support/alternate.mjs";
import { wasmBytes } from "../support/watched_wasm.mjs";
import { entryUrl } from "../support/package.mjs";
import * as corpus from "./corpus.mjs";

/** Few users load in less time than the scheduler's slice: they are loaded again, up to so many in all. */
const LOADED = 500_000;
const MOST_TIMES = 25;
const WARM_UP = 10_000;

const [count, form, cohortsEach = "0"] = process.argv.slice(2);
const users = Number(count);
const { Workspace } = await import(entryUrl("kohort"));
const before = wasmBytes();
// WHY: what the engine compiles once must not count as a cost of few users.
(await load(Math.min(WARM_UP, users))).workspace.free();
const first = await load(users);
for (const { partner, body } of corpus.memberships(users, corpus.inTurn(Number(cohortsEach)))) {
  const { ok, report } = first.workspace.applyCohortRequest(body, { partner });
  assert.ok(ok, report);
}
const result = { users, form, bytes: first.bytes, wasmBytes: wasmBytes() - before };
first.workspace.free();
const times = [first.loadMs];
while (times.length < Math.min(MOST_TIMES, LOADED / users)) {
  const { workspace, loadMs } = await load(users);
  workspace.free();
  times.push(loadMs);
}
console.log(JSON.stringify({ ...result, loadMs: median(times) }));

async function load(users) {
  const workspace = await Workspace.create();
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
  const { loaded, problems } = await workspace.loadProfiles(source);
  const loadMs = performance.now() - begin - generatedMs;
  assert.deepEqual([loaded, problems], [users, []]);
  return { workspace, bytes, loadMs };
}
