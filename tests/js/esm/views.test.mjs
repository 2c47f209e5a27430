// Views and arrays that say something else of themselves than what they are, or change while they are read.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { edge, encode, full } from "../support/package.mjs";

const { Directory, checkCohortRequest, diffCohort, diffCohortStream, planCohortImport, readHeapWebhook } = edge;
const LIES = [0, 3, 1e6, -1, NaN, "x"];
/** The same bytes, whose properties say something else. */
const lying = (view) => ["length", "byteLength", "byteOffset", "buffer"].flatMap((name) => LIES.map((value) =>
  Object.defineProperty(view.slice(), name, { get: () => (name === "buffer" ? new ArrayBuffer(8) : value) })));
class Shorter extends Uint8Array {
  get length() { return 1; }
  get byteLength() { return 1; }
  static get [Symbol.species]() { return class { constructor() { return new Uint8Array(5); } }; }
}
class Elsewhere extends Uint8Array {
  subarray() { throw new Error("a method of the program's own was called"); }
  slice() { return this.subarray(); }
}
const all = (bytes) => [...lying(bytes), new Shorter(bytes), new Elsewhere(bytes), new Shorter(Uint8Array.of(1, 2, 3, 4, ...bytes).buffer, 4, bytes.length)];
const ids = (list) => ({ add: [...list.add], remove: [...list.remove] });

test("views are read as they are, whatever their properties and classes say", async () => {
  const request = encode(`{"cohort_id":"c","cohort_changes":[{"user_ids":["ann","bo"]}]}`);
  const expected = checkCohortRequest(request, { endpoint: "users" });
  for (const body of all(request)) assert.deepEqual(checkCohortRequest(body, { endpoint: "users" }), expected);
  const webhook = encode(`{"action_type":"segment.users.sync","data":{"segment":{"id":1,"name":"n"},"sync_info":{"page_number":1,"total_pages":1,"sync_task_id":"t"},"add":[{"id":"ann"}],"remove":[]}}`);
  for (const body of all(webhook)) {
    assert.equal(readHeapWebhook(body).add.length, 1);
    assert.equal(planCohortImport(body, { partner: "heap", syncId: "s" }).requests[0].ids, 1);
  }
  const before = encode("ann\nbo"), after = encode("bo\ncy");
  for (const text of all(before)) {
    assert.deepEqual(ids(diffCohort(text, after)), { add: ["cy"], remove: ["ann"] });
    assert.deepEqual(ids(await diffCohortStream(text, after)), { add: ["cy"], remove: ["ann"] });
    assert.deepEqual(ids(await diffCohortStream(new ReadableStream({ start(c) { c.enqueue(text); c.close(); } }), after)), { add: ["cy"], remove: ["ann"] });
  }
  const profiles = encode('{"external_id":"ann"}\n{"external_id":"bo"}\n');
  for (const text of all(profiles)) {
    const directory = await Directory.build(text);
    assert.deepEqual([directory.ok, directory.count], [true, 2]);
    const stored = directory.toBytes();
    for (const bytes of all(stored)) {
      const restored = Directory.fromBytes(bytes);
      assert.equal(restored.count, 2);
      restored.free();
    }
    directory.free();
    const workspace = await full.Workspace.create();
    assert.equal((await workspace.loadProfiles(text)).loaded, 2);
    workspace.free();
  }
  for (const packed of all(Uint8Array.from(gzipSync(profiles)))) {
    const workspace = await full.Workspace.create();
    assert.equal((await workspace.loadProfiles(packed)).loaded, 2);
    workspace.free();
  }
});

test("lists of ids are read as they are, whatever their views say", () => {
  const bytes = encode("annbo"), offsets = Uint32Array.of(0, 3, 5);
  class Twice extends Uint32Array { static get [Symbol.species]() { return class { constructor() { return new Uint32Array(9); } }; } }
  const views = [...lying(offsets), new Twice(offsets)];
  for (const list of [...all(bytes).map((bytes) => ({ bytes, offsets })), ...views.map((offsets) => ({ bytes, offsets }))]) {
    assert.deepEqual(ids(diffCohort(list, ["bo"])), { add: [], remove: ["ann"] });
    const directory = Directory.build('{"external_id":"bo"}');
    assert.deepEqual(directory.lookup({ externalIds: list }).externalIds, ["unknown_external_id", "matched_external_id"]);
    directory.free();
    const plan = planCohortImport({ action: "sync", segment: { id: "1", name: "n" }, add: list, remove: [] }, { partner: "heap", syncId: "s" });
    assert.equal(plan.requests[0].body, planCohortImport({ action: "sync", segment: { id: "1", name: "n" }, add: ["ann", "bo"], remove: [] }, { partner: "heap", syncId: "s" }).requests[0].body);
  }
});

test("an array that changes while it is read is read once", () => {
  const growing = () => { const list = ["ann", "bo"]; return Object.defineProperty(list, 0, { get() { list.length = 2; list.push("x".repeat(list.length)); return "ann"; } }); };
  const longer = () => { let reads = 0; return Object.defineProperty(["", "bo"], 0, { get: () => "ann".repeat(++reads) }); };
  const shrinking = () => { const list = ["", "bo", "cy"]; return Object.defineProperty(list, 0, { get() { list.length = 2; return "ann"; } }); };
  const proxy = () => { let lengths = 2; return new Proxy(["ann", "bo"], { get: (list, name) => (name === "length" ? Math.min(lengths++, 3) : name === "2" ? "cy" : list[name]) }); };
  class Odd extends Array { slice() { throw new Error("a method of the program's own was called"); } static get [Symbol.species]() { return Uint8Array; } }
  for (const list of [growing, longer, shrinking, proxy, () => Odd.from(["ann", "bo"])]) {
    const { remove } = diffCohort(list(), []);
    assert.deepEqual([...remove].slice(0, 2), ["ann", "bo"]);
    const plan = planCohortImport({ action: "sync", segment: { id: "1", name: "n" }, add: list(), remove: [] }, { partner: "heap", syncId: "s" });
    assert.deepEqual(JSON.parse(plan.requests[0].body).cohort_changes[0].user_ids.slice(0, 2), ["ann", "bo"]);
    const directory = Directory.build('{"external_id":"ann"}');
    assert.equal(directory.lookup({ externalIds: list() }).externalIds[0], "matched_external_id");
    directory.free();
  }
  const later = Object.defineProperty(["ann", "bo"], 1, { get: () => 5 });
  for (const call of [() => diffCohort(later, []), () => diffCohort(["ann", , "bo"], [])]) assert.throws(call, { name: "TypeError", message: "previous must hold strings" });
  // Aliases, whose array may have a class of its own too.
  const directory = Directory.build('{"user_aliases":[{"alias_name":"n","alias_label":"l"}]}');
  assert.deepEqual(directory.lookup({ aliases: Odd.from([{ alias_name: "n", alias_label: "l" }]) }).aliases, ["matched_alias"]);
  assert.throws(() => directory.lookup({ aliases: [, { alias_name: "n", alias_label: "l" }] }), TypeError);
  directory.free();
});

test("a list of blobs that is emptied while it is read is read to its end, both times", async () => {
  const blobs = [new Blob(["ann\nbo\n"]), new Blob(["cy\n"])];
  const { remove } = await diffCohortStream(blobs, "bo", { onProgress: () => { blobs.length = 0; } });
  assert.deepEqual([...remove], ["ann", "cy"]);
});

test("a view that its buffer has become too short for, and what only looks like bytes, is not read as an empty text", async () => {
  const shrunk = (View) => {
    const buffer = new ArrayBuffer(64, { maxByteLength: 64 });
    const view = new View(buffer, 32, 8);
    buffer.resize(16);
    return view;
  };
  const text = encode('{"external_id":"ann"}');
  const given = structuredClone(new Uint16Array(8).buffer);
  const gone = new Uint16Array(given);
  structuredClone(given, { transfer: [given] });
  const workspace = await full.Workspace.create();
  for (const [bytes, message] of [
    ...[Uint8Array, Uint16Array, DataView].map((View) => [shrunk(View), /is detached/]),
    [gone, /is detached/],
    [new Proxy(text, {}), /must be/],
    [new Proxy(text.buffer, {}), /must be/],
    [{ [Symbol.toStringTag]: "ArrayBuffer", byteLength: 8 }, /must be/],
  ]) {
    await assert.rejects(async () => workspace.loadProfiles(bytes), { name: "TypeError", message });
    await assert.rejects(diffCohortStream(bytes, "a"), { name: "TypeError", message });
    assert.throws(() => diffCohort(bytes, "a"), { name: "TypeError", message });
    assert.throws(() => checkCohortRequest(bytes, { endpoint: "users" }), { name: "TypeError", message });
  }
  workspace.free();
});
