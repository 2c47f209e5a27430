// What becomes of whole cohorts: drains, mends, names, lists of everybody, prefilters.
import assert from "node:assert/strict";
import test from "node:test";
import { edge } from "../support/package.mjs";
import { Braze, idsOf, INBOUND, many, PlainState, world } from "../support/gateway_world.mjs";

const SEGMENT = { id: "1338065", name: "Trials" };
const removals = ({ braze }) => braze.requests.filter(({ body }) => body.cohort_changes?.some((change) => change.should_remove));

/** Both ways, and what ends a step in each. */
const both = (name, run) => {
  for (const queue of [false, true]) {
    test(`${name}, ${queue ? "with" : "without"} a queue`, () => run((others) => world({ queue, ...others }), (here) => (queue ? here.settle() : undefined)));
  }
};

both("a drain removes all members that came, in as few requests as can be", async (make, settle) => {
  const here = make();
  await here.page({ add: many(2_500), remove: [] });
  assert.equal((await here.drain()).status, 200);
  await settle(here);
  assert.deepEqual(here.braze.of(), []);
  assert.deepEqual(removals(here).map(({ body }) => idsOf(body).length), [1_000, 1_000, 500]);
  assert.deepEqual((await here.gateway.members({ cohortId: SEGMENT.id })).userIds, []);
});

both("a drain of other kinds of ids names each by its kind", async (make, settle) => {
  const here = make({ config: { partners: ["heap"] } });
  const changes = [{ user_ids: ["u"], device_ids: ["d"], aliases: [{ alias_name: "n", alias_label: "l" }, { alias_name: "n", alias_label: "m" }] }];
  await here.users(changes, { cohort: SEGMENT.id });
  await here.drain();
  await settle(here);
  assert.deepEqual(here.braze.of(), []);
  assert.equal(removals(here).length, 4, "a request for each kind and label");
});

test("a drain comes after what waits before it, and before what comes after", async () => {
  const here = world({ queue: true, config: { requestsPerHour: 0 } });
  await here.page({ add: ["ada", "bob"], task: "1" });
  await here.forward();
  assert.equal((await here.drain()).code, "page.queued");
  assert.equal((await here.page({ add: ["eve"], task: "2" })).code, "page.queued");
  here.config = {};
  here.now += 3_600_000;
  await here.settle();
  assert.deepEqual(here.braze.of(), ["eve"]);
  assert.deepEqual(idsOf(removals(here)[0].body), ["ada", "bob"]);
});

test("more members than are planned at once are drained in parts, over restarts", async () => {
  const state = new PlainState(), braze = new Braze();
  await state.transaction((rows) => {
    rows.set("cohorts", "heap/1338065", JSON.stringify({ name: "Trials", next: 0, syncs: [] }));
    for (const id of many(100_500)) rows.set("members/heap/1338065", `u${id}`, "");
  });
  braze.members.set("heap/1338065", new Set(many(100_500)));
  let here = world({ state: edge.memoryState(), braze, queue: true });
  const rows = state.dump();
  here.state.transaction((into) => { for (const [table, all] of Object.entries(rows)) for (const [key, value] of Object.entries(all)) into.set(table, key, value); });
  await here.drain();
  await here.forward();
  here = Object.assign(world({ state: here.state, braze, queue: true }), { now: here.now + 1_000 });
  await here.settle();
  assert.deepEqual(braze.of(), []);
  assert.equal(removals(here).length, 101);
  assert.deepEqual(braze.faults, []);
});

test("a drain of which a part fails goes on where it was", async () => {
  const here = world({ config: { answerWithinMs: 400 } });
  await here.page({ add: many(2_500) });
  here.braze.answer = () => (removals(here).length === 1 ? { status: 500 } : undefined);
  assert.equal((await here.drain()).status, 503);
  here.braze.answer = () => undefined;
  assert.equal((await here.drain()).status, 200);
  assert.deepEqual(here.braze.of(), []);
});

test("a drain needs to know the members", async () => {
  for (const options of [{ state: null }, {}, { queue: true }]) {
    const here = world(options);
    const answer = await here.drain();
    assert.deepEqual([answer.status, answer.code, answer.problems.map(({ code }) => code)], [400, "plan.invalid", ["plan.needs_snapshot"]]);
    assert.equal(here.braze.requests.length, 0);
  }
});

both("mend makes the members those of a list, by what differs or by all of it", async (make, settle) => {
  for (const all of [false, true]) {
    const here = make();
    await here.page({ add: ["ada", "bob", "cyd"] });
    await settle(here);
    const before = here.braze.requests.length;
    // Somebody else changed what Braze has.
    here.braze.members.get("heap/1338065").delete("bob");
    const answer = await here.mend({ segment: SEGMENT, ids: ["bob", "cyd", "dan"], all });
    assert.deepEqual(answer, { ok: true, added: all ? 3 : 1, removed: 1, requests: 1, warnings: [] });
    await settle(here);
    assert.deepEqual(here.braze.of(), all ? ["bob", "cyd", "dan"] : ["cyd", "dan"]);
    assert.equal(here.braze.requests.length, before + 1);
    assert.deepEqual((await here.gateway.members({ cohortId: SEGMENT.id })).userIds.sort(), ["bob", "cyd", "dan"]);
    const entry = here.log.find(({ route }) => route === "mend");
    assert.deepEqual([entry.received, entry.ids, entry.requests], [3, all ? 4 : 2, 1]);
  }
});

both("mend takes texts and bytes, names a cohort that is new, and has others' kinds leave", async (make, settle) => {
  const here = make();
  assert.equal((await here.mend({ segment: SEGMENT, ids: "ada\nbob\n" })).requests, 2);
  await settle(here);
  assert.equal(here.braze.names.get("heap/1338065"), "Trials");
  assert.equal((await here.mend({ segment: SEGMENT, ids: new TextEncoder().encode("ada"), mapping: "device_ids" })).ok, true);
  await settle(here);
  assert.deepEqual(here.braze.of(), ["device ada"]);
  const crlf = await here.mend({ segment: SEGMENT, ids: "ada\r\nbob" });
  assert.deepEqual([crlf.ok, crlf.problems[0].code], [false, "ids.newline"]);
  await assert.rejects(here.mend({ segment: { id: 1, name: "x" }, ids: [] }), TypeError);
  await assert.rejects(here.mend({ segment: SEGMENT, ids: [], partner: "A B" }), TypeError);
  await assert.rejects(here.gateway.members({}), TypeError);
  assert.deepEqual(await here.mend({ segment: SEGMENT, ids: [] }), { ok: true, added: 0, removed: 1, requests: 1, warnings: [] });
  await settle(here);
  assert.deepEqual(here.braze.of(), []);
});

test("mend waits for what waits: it answers cohort.busy", async () => {
  const here = world({ queue: true, config: { requestsPerHour: 0 } });
  await here.page({ add: ["ada"] });
  assert.deepEqual(await here.mend({ segment: SEGMENT, ids: [] }), { ok: false, code: "cohort.busy", problems: [], warnings: [] });
});

test("mend that Braze refuses tells so, and what it did not change is not remembered", async () => {
  const here = world({ config: { answerWithinMs: 400 } });
  here.braze.answer = ({ path }) => (path.endsWith("/users") ? { status: 400 } : undefined);
  const answer = await here.mend({ segment: SEGMENT, ids: ["ada"] });
  assert.deepEqual([answer.ok, answer.code], [false, "response.bad_request"]);
  assert.deepEqual((await here.gateway.members({ cohortId: SEGMENT.id })).userIds, []);
});

both("a name is announced when it is new, and again when Braze refused it", async (make, settle) => {
  const here = make({ config: { answerWithinMs: 400 } });
  const names = () => here.braze.requests.filter(({ path }) => path.endsWith("/cohorts")).map(({ body }) => body.name);
  here.braze.answer = ({ path }) => (path.endsWith("/cohorts") && names().length === 0 ? { status: 400 } : undefined);
  await here.page({ task: "1", add: ["a"], name: "One" });
  await settle(here);
  await here.page({ task: "2", add: ["b"], name: "One" });
  await settle(here);
  await here.page({ task: "3", add: ["c"], name: "Two" });
  await here.page({ task: "4", add: ["d"], name: "One" });
  await here.page({ task: "5", add: ["e"], name: "One" });
  await settle(here);
  assert.deepEqual(names(), ["One", "One", "Two", "One"]);
  assert.equal(here.braze.names.get("heap/1338065"), "One");
});

test("of names that wait the last one counts, whoever announced it", async () => {
  const here = world({ queue: true, config: { requestsPerHour: 0 } });
  const announce = (name) => here.post("/partners/heap/cohorts", JSON.stringify({ ...INBOUND, cohort_id: SEGMENT.id, name, created_at: "2026-11-23T09:00:00Z" }));
  await here.page({ task: "1", name: "One" });
  await here.page({ task: "2", name: "Two" });
  assert.equal((await announce("Three")).status, 202);
  await here.forward();
  here.config = { requestsPerHour: 1 };
  here.now += 3_600_000;
  await here.forward();
  await here.page({ task: "3", name: "One" });
  here.config = {};
  here.now += 3_600_000;
  await here.settle();
  assert.equal(here.braze.names.get("heap/1338065"), "One");
  assert.deepEqual(here.braze.requests.map(({ body }) => body.name), ["One", "Two", "Three", "One"]);
});

both("a sync without a name keeps its order, and is not held for a repeat", async (make, settle) => {
  const here = make();
  for (const [add, remove] of [[["x"], []], [[], ["x"]], [["x"], []]]) {
    const answer = await here.page({ task: "", add, remove });
    assert.deepEqual([answer.status, answer.warnings.map(({ code }) => code).includes("plan.no_sync_id")], [200, true]);
  }
  await settle(here);
  assert.deepEqual(here.braze.of(), ["x"]);
});

both("a page that changes nothing leaves nothing to be sent", async (make, settle) => {
  const here = make();
  for (const task of ["1", "2", "3"]) assert.equal((await here.page({ task })).status, 200);
  await settle(here);
  assert.equal(here.braze.requests.length, 1, "the name");
  assert.equal((await here.health()).queued, 0);
});

both("the same change in three syncs is three changes", async (make, settle) => {
  const here = make();
  for (const [task, add, remove] of [["1", ["x"], []], ["2", [], ["x"]], ["3", ["x"], []]]) await here.page({ task, add, remove });
  await settle(here);
  assert.deepEqual(here.braze.of(), ["x"]);
  assert.equal(here.braze.requests.length, 4);
});

test("ids that Braze would ignore are counted or left out, and the rate is told", async () => {
  const source = many(1_000).map((external_id) => JSON.stringify({ external_id })).join("\n");
  for (const mode of ["compact", "verified"]) for (const unknown of ["count", "drop", undefined]) {
    const directory = await edge.Directory.build(source, { mode });
    const here = world({ config: { prefilter: { directory, unknown } } });
    const answer = await here.page({ add: [...many(10), ...many(90, "nobody")], remove: ["nobody-x", "id-99"] });
    assert.equal(answer.status, 200);
    assert.equal(answer.received, 102);
    assert.equal(answer.falsePositiveRate, directory.falsePositiveRate);
    assert.ok(answer.unknown <= 91 && answer.unknown >= 85, "but for those that it takes for somebody");
    assert.equal(answer.ids, unknown === "drop" ? 102 - answer.unknown : 102);
    assert.equal(here.log[0].unknown, answer.unknown);
    const request = await here.users([{ user_ids: ["id-1", "nobody"], device_ids: ["no device"] }, { aliases: [{ alias_name: "n", alias_label: "l" }], user_ids: ["id-2"], should_remove: true }]);
    assert.deepEqual([request.status, request.ids], [201, unknown === "drop" ? 2 : 5]);
    assert.equal(here.log[1].unknown, 3);
    if (unknown === "drop") assert.deepEqual(idsOf(here.braze.requests.at(-1).body), ["id-1", "id-2"]);
    directory.free();
  }
});

test("forward does not look users of Braze-shaped requests up", async () => {
  const directory = await edge.Directory.build('{"external_id":"a"}', { mode: "compact" });
  const here = world({ config: { mode: "forward", prefilter: { directory, unknown: "drop" } } });
  assert.equal((await here.users([{ user_ids: ["nobody", "nobody"] }])).ids, 2);
  directory.free();
});

test("a directory that was freed is the configuration's fault", async () => {
  const directory = await edge.Directory.build('{"external_id":"a"}', { mode: "compact" });
  directory.free();
  const here = world({ config: { prefilter: { directory } } });
  const answer = await here.page({ add: ["a"] });
  assert.deepEqual([answer.status, answer.code], [500, "gateway.route"]);
});
