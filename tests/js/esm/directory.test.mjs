import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { webhook } from "../support/bodies.mjs";
import { edge, encode, full } from "../support/package.mjs";

const { Directory, planCohortImport } = edge;
const PROFILES = [
  { external_id: "ann", braze_id: "b1", devices: [{ device_id: "d-ann" }] },
  { external_id: "bö", user_aliases: [{ alias_name: "bo@x", alias_label: "email" }] },
  { braze_id: "b3", devices: [{ idfv: "d-anon" }] },
];
const text = PROFILES.map((profile) => JSON.stringify(profile)).join("\n");
const asked = {
  externalIds: ["ann", "bö", "nobody", "", "x".repeat(998)],
  deviceIds: ["d-anon", "d-ann", "d-none"],
  aliases: [{ alias_name: "bo@x", alias_label: "email" }, { alias_name: "email", alias_label: "bo@x" }],
};
const found = {
  externalIds: ["matched_external_id", "matched_external_id", "unknown_external_id", "invalid", "invalid"],
  deviceIds: ["matched_device_id", "device_of_identified_user", "unknown_device_id"],
  aliases: ["matched_alias", "unknown_alias"],
};

test("a verified directory says what each id would come to", () => {
  const directory = Directory.build(text);
  assert.deepEqual([directory.ok, directory.loaded, directory.updated, directory.rejected, directory.count, directory.mode], [true, 3, 0, 0, 3, "verified"]);
  assert.equal(directory.directory, directory);
  assert.deepEqual(directory.lookup(asked), { ok: true, ...found, problems: [], warnings: [] });
  const lists = { externalIds: { bytes: encode("xannbö"), offsets: Uint32Array.of(1, 4, 7) } };
  assert.deepEqual(directory.lookup(lists).externalIds, found.externalIds.slice(0, 2));
  assert.deepEqual(directory.lookup({}), { ok: true, externalIds: [], deviceIds: [], aliases: [], problems: [], warnings: [] });
  directory.free();
});

test("a compact directory answers that an id is probable, with its rate, and never a match", () => {
  const directory = Directory.build(encode(text), { mode: "compact" });
  assert.deepEqual([directory.ok, directory.loaded, directory.mode], [true, 3, "compact"]);
  const answer = directory.lookup(asked);
  assert.deepEqual([answer.externalIds, answer.deviceIds, answer.aliases], [
    ["probable", "probable", "unknown_external_id", "invalid", "invalid"], ["probable", "unknown_device_id", "unknown_device_id"], ["probable", "unknown_alias"],
  ]);
  assert.ok(answer.falsePositiveRate > 0 && answer.falsePositiveRate < 1e-9);
  assert.equal(answer.falsePositiveRate, directory.falsePositiveRate);
  directory.free();
});

test("directories go through bytes, and spoilt bytes are refused", () => {
  for (const mode of ["verified", "compact"]) {
    const directory = Directory.build(text, { mode });
    const before = directory.lookup(asked);
    const bytes = directory.toBytes();
    directory.free();
    for (const given of [bytes, bytes.slice().buffer, Buffer.from(bytes)]) {
      const restored = Directory.fromBytes(given);
      assert.deepEqual([restored.ok, restored.mode], [true, mode]);
      assert.deepEqual(restored.lookup(asked), before);
      assert.deepEqual(restored.toBytes(), bytes);
      restored.free();
    }
    const code = (spoil) => {
      const copy = bytes.slice();
      const answer = Directory.fromBytes(spoil(copy) ?? copy);
      assert.equal(answer.directory, undefined);
      return answer.problems.map((problem) => problem.code).join();
    };
    assert.equal(code((copy) => { copy[copy.length - 1] ^= 1; }), "directory.checksum");
    assert.equal(code((copy) => copy.subarray(0, 40)), "directory.checksum");
    assert.equal(code((copy) => { copy[4] = 99; }), "directory.version");
    assert.equal(code(() => encode("something else altogether")), "directory.bytes");
    assert.equal(code(() => new Uint8Array()), "directory.bytes");
  }
});

test("bad lines are problems, and the directory holds the rest", () => {
  const directory = Directory.build(`${text}\nnothing\n{"external_id":5}`);
  assert.deepEqual([directory.ok, directory.loaded, directory.rejected], [false, 3, 2]);
  assert.deepEqual(directory.problems.map(({ code, line }) => [code, line]), [["json.syntax", 4], ["profile.wrong_type", 5]]);
  assert.deepEqual(directory.lookup({ externalIds: ["ann"] }).externalIds, ["matched_external_id"]);
  directory.free();
  const none = Directory.build("nothing", { mode: "compact" });
  assert.deepEqual([none.ok, none.loaded, none.lookup({ externalIds: ["a"] }).externalIds], [false, 0, ["unknown_external_id"]]);
  none.free();
});

test("streams and blobs build one too", async () => {
  for (const source of [new Blob([text]), new Blob([gzipSync(text)]), new Response(text).body, [new Blob([text]), new Blob(['{"external_id":"cy"}'])]]) {
    const directory = await Directory.build(source, { mode: "compact" });
    assert.ok(directory.ok && directory.loaded >= 3);
    directory.free();
  }
  await assert.rejects(Directory.build(new Blob([text]), { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("memory that is bounded ends the building with what fits", () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `{"external_id":"user-${index}"}`).join("\n");
  const directory = Directory.build(many, { limits: { maxMemoryBytes: 300_000 } });
  assert.ok(!directory.ok && directory.loaded > 100 && directory.loaded < 20_000);
  assert.ok(directory.problems.some((problem) => problem.code === "limit.memory"));
  directory.free();
  const { ok, directory: none } = Directory.build(many, { mode: "compact", limits: { maxMemoryBytes: 300_000 } });
  assert.deepEqual([ok, none], [false, undefined]);
});

test("a plan tells how many of its ids are known", () => {
  const directory = Directory.build(text);
  const plan = (options) => planCohortImport(webhook({ add: ["ann", "nobody"], remove: ["bö"] }), { partner: "heap", directory, ...options });
  assert.equal(plan().report.known, 2);
  assert.equal(plan({ mapping: "device_ids" }).report.known, 0);
  const aliases = planCohortImport(webhook({ add: ["bo@x"], remove: [] }), { partner: "heap", directory, mapping: { aliases: { alias_label: "email" } } });
  assert.equal(aliases.report.known, 1);
  assert.ok(!("known" in planCohortImport(webhook(), { partner: "heap" }).report));
  const compact = Directory.build(text, { mode: "compact" });
  assert.equal(plan({ directory: compact }).report.known, 2);
  compact.free();
  const other = full.Directory.build(text);
  assert.throws(() => plan({ directory: other }), TypeError, "a directory of another entry");
  assert.equal(full.planCohortImport(webhook({ add: ["ann"] }), { partner: "heap", directory: other }).report.known, 1);
  other.free();
  directory.free();
  assert.throws(() => plan(), /freed/);
});

test("half a surrogate pair is an error", () => {
  const directory = Directory.build(text);
  for (const ids of [{ externalIds: ["a", "\ud800"] }, { aliases: [{ alias_name: "\ud800", alias_label: "l" }] }]) {
    assert.deepEqual(directory.lookup(ids).problems.map((problem) => problem.code), ["json.lone_surrogate"]);
  }
  directory.free();
});

test("mistakes in the program throw", () => {
  for (const call of [
    () => new Directory(), () => Directory.build(), () => Directory.build(5), () => Directory.build({}), () => Directory.build(text, { mode: "small" }),
    () => Directory.build(text, { limits: { maxMemoryBytes: -1 } }), () => Directory.fromBytes("text"), () => Directory.fromBytes(), () => Directory.fromBytes({}),
  ]) assert.throws(call, TypeError);
  const directory = Directory.build(text);
  for (const ids of [undefined, "ann", { externalIds: "ann" }, { externalIds: [5] }, { aliases: ["x"] }, { aliases: [{ alias_name: "x" }] }, { aliases: "x" }]) {
    assert.throws(() => directory.lookup(ids), TypeError);
  }
  directory.free();
  directory.free();
  assert.throws(() => directory.lookup({}), /freed/);
});
