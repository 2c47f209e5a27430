// How soon a signal is heard while something long is read, and what may not keep it from being heard.
import assert from "node:assert/strict";
import test from "node:test";
import { encode, full } from "../support/package.mjs";

const LINES = encode(Array.from({ length: 1_000_000 }, (_, index) => `{"external_id":"user ${index}"}\n`).join(""));
const MEGABYTE = 1 << 20;
const reason = new RangeError("mine");
const isReason = (error) => error === reason;

/** A signal that other work of the host's raises, as soon as that has its turn. */
function soon() {
  const controller = new AbortController();
  setImmediate(() => controller.abort(reason));
  return controller.signal;
}

test("a load hears its signal after a megabyte, in bytes, a text and a stream", async () => {
  const text = new TextDecoder().decode(LINES);
  const stream = () => new ReadableStream({ start(controller) { controller.enqueue(LINES); controller.close(); } });
  for (const source of [LINES, text, stream()]) {
    const workspace = await full.Workspace.create();
    let read = 0;
    await assert.rejects(workspace.loadProfiles(source, { signal: soon(), onProgress({ bytes }) { read = bytes; } }), isReason);
    assert.ok(read > 0 && read <= MEGABYTE, `${read}`);
    const kept = workspace.userCount;
    assert.ok(kept > 0 && kept < read / 20, "what was taken stays");
    assert.equal((await workspace.loadProfiles('{"external_id":"another"}')).loaded, 1);
    workspace.free();
  }
});

test("so do a diff and a directory", async () => {
  let read = 0;
  await assert.rejects(full.diffCohortStream(LINES, "", { signal: soon(), onProgress({ bytes }) { read = bytes; } }), isReason);
  assert.ok(read > 0 && read <= MEGABYTE, `${read}`);
  await assert.rejects(full.Directory.build(new Blob([LINES]), { signal: soon() }), isReason);
});

test("a stream that never waits and never ends does not keep a signal from being heard", async () => {
  for (const piece of ["", "\n"]) {
    const endless = new ReadableStream({ pull(controller) { controller.enqueue(encode(piece)); } });
    const workspace = await full.Workspace.create();
    await assert.rejects(workspace.loadProfiles(endless, { signal: soon() }), isReason);
    workspace.free();
  }
});

test("who frees a workspace that loads is told, and nothing is left of it", async () => {
  const workspace = await full.Workspace.create();
  const load = workspace.loadProfiles(LINES);
  setImmediate(() => workspace.free());
  await assert.rejects(load, /this Workspace was freed/);
});
