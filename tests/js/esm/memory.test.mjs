import assert from "node:assert/strict";
import test from "node:test";
import { drain, sign, usersRequest, webhook } from "../support/bodies.mjs";
import { edge, encode, full, wasmMemory } from "../support/package.mjs";

const CALLS = 10_000;
const users = { endpoint: "users" };
const body = encode(usersRequest(200));
const bad = `{"cohort_changes":[${"1,".repeat(50)}1]}`;
const hook = encode(webhook({ add: Array.from({ length: 100 }, (_, index) => `id-${index}`) }));
const header = sign(hook, "secret", 1_000_000);
const directory = edge.Directory.build('{"external_id":"id-1"}');
const stored = directory.toBytes();
const checker = edge.createCohortChecker(users);

const calls = {
  "checker.check": () => checker.check(body).counts.total,
  "checker.check of a bad body": () => checker.check(bad).problems.length,
  checkCohortRequest: () => edge.checkCohortRequest(body, users),
  verifyHeapSignature: () => edge.verifyHeapSignature(hook, header, { secret: "secret", now: 1_000_000 }).ok,
  readHeapWebhook: () => edge.readHeapWebhook(hook).add.length,
  planCohortImport: () => edge.planCohortImport(hook, { partner: "heap" }).requests[0].body.length,
  "planCohortImport of a drain": () => edge.planCohortImport(drain(), { partner: "heap", members: ["a", "b"], syncId: "d" }).requests.length,
  "planCohortImport that is refused": () => edge.planCohortImport("{}", { partner: "heap" }).ok,
  classifyResponse: () => edge.classifyResponse({ status: 200, body: "{}", now: 0 }),
  "directory.lookup": () => directory.lookup({ externalIds: ["a", "id-1"] }).externalIds.length,
  "Directory.build": () => edge.Directory.build('{"external_id":"a"}').free(),
  "Directory.fromBytes": () => { const restored = edge.Directory.fromBytes(stored); restored.toBytes(); restored.free(); },
  "planCohortImport with a directory": () => edge.planCohortImport(hook, { partner: "heap", directory }).report.known,
  diffCohort: () => edge.diffCohort("a\nb", "b\nc").counts.added,
};

for (const [name, call] of Object.entries(calls)) {
  test(`${CALLS} times ${name} leave no memory behind`, () => {
    for (let n = 0; n < 200; n++) call();
    const before = wasmMemory();
    for (let n = 0; n < CALLS; n++) call();
    assert.equal(wasmMemory(), before);
  });
}

test("checkers and workspaces that are freed leave no memory behind", async () => {
  const round = async () => {
    const workspace = await full.Workspace.create();
    await workspace.loadProfiles(Array.from({ length: 200 }, (_, index) => `{"external_id":"u${index}"}`).join("\n"));
    workspace.applyCohortRequest(body, { partner: "heap" });
    workspace.free();
    const checker = full.createCohortChecker({ ...users, keys: { clientSecret: ["a", "b"] } });
    checker.check(body);
    checker.free();
  };
  for (let n = 0; n < 50; n++) await round();
  const before = wasmMemory();
  for (let n = 0; n < 1_000; n++) await round();
  assert.equal(wasmMemory(), before);
});

test("a body over the limit is not copied, and a large one gives its room back", () => {
  const before = wasmMemory();
  const huge = new Uint8Array(200 << 20).fill(32);
  assert.equal(edge.checkCohortRequest(huge, users).status, 413);
  assert.equal(edge.readHeapWebhook(huge).problems[0].code, "limit.bytes");
  assert.equal(edge.planCohortImport(huge, { partner: "heap" }).problems[0].code, "limit.bytes");
  assert.equal(checker.check(" ".repeat(20 << 20)).status, 413);
  assert.equal(wasmMemory(), before);
  const large = { ...users, limits: { maxBytes: Infinity } };
  for (let n = 0; n < 20; n++) assert.equal(edge.checkCohortRequest(huge.subarray(0, 30 << 20), large).problems[0].code, "json.empty");
  assert.ok(wasmMemory() - before < 80 << 20, `${wasmMemory() - before} bytes more`);
  assert.equal(checker.check(body).ok, true, "views are made again when memory has grown");
});

test("a directory takes no more memory while it is built, stored and restored than it is to", () => {
  const users = 30_000;
  const lines = encode(Array.from({ length: users }, (_, index) => {
    const id = String(index).padStart(35, "0");
    return `{"external_id":"e${id}","devices":[{"device_id":"d${id}"}],"user_aliases":[{"alias_name":"a${id}","alias_label":"email"}]}\n`;
  }).join(""));
  // What is left by the tests before may be taken first; the pieces and the last steps take a little too.
  const most = { verified: 160 * users + (3 << 19), compact: 40 * users + (3 << 19) };
  for (const [mode, bytes] of Object.entries(most)) {
    const before = wasmMemory();
    const built = edge.Directory.build(lines, { mode });
    assert.ok(wasmMemory() - before <= bytes, `${mode}: ${wasmMemory() - before} bytes to build`);
    const stored = built.toBytes();
    assert.ok(wasmMemory() - before <= bytes, `${mode}: ${wasmMemory() - before} bytes to store`);
    built.free();
    const restored = edge.Directory.fromBytes(stored);
    assert.deepEqual([restored.ok, restored.count], [true, mode === "compact" ? 2 * users : users]);
    assert.ok(wasmMemory() - before <= bytes, `${mode}: ${wasmMemory() - before} bytes to restore`);
    restored.free();
  }
});
