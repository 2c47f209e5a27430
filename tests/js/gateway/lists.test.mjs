// Lists of everybody, pages of several syncs at once, drains that come again: what takes members away.
import assert from "node:assert/strict";
import test from "node:test";
import { drain, sign } from "../support/bodies.mjs";
import { edge } from "../support/package.mjs";
import { many, SECRET, world } from "../support/gateway_world.mjs";

const segment = { id: "seg", name: "Segment" };
/** A gateway whose route takes what it is given as sources. */
const routed = (route = {}) => {
  const read = (body) => ({ ok: true, sources: JSON.parse(new TextDecoder().decode(body)) });
  const here = world({ queue: true, config: { routes: { "/other": { partner: "acme", authorize: () => true, read, ...route } } } });
  here.send = async (...sources) => {
    const answer = await here.post("/other", JSON.stringify(sources));
    await here.settle();
    return answer;
  };
  here.members = () => here.braze.of("acme/seg");
  return here;
};
const full = (members, page, more) => ({ action: "full", segment, members, ...page && { page: { syncTaskId: page[0], pageNumber: page[1], totalPages: page[2] } }, ...more });
const sync = (add, remove, page) => ({ action: "sync", segment, add, remove, ...page && { page: { syncTaskId: page[0], pageNumber: page[1], totalPages: page[2] } } });
const warned = ({ warnings }) => warnings.map(({ code }) => code);

test("a list of everybody in pages is taken when all have come, in any order", async () => {
  const here = routed();
  await here.send(full(["old", "a"]));
  for (const [number, members] of [[3, ["c"]], [1, ["a"]]]) {
    assert.equal((await here.send(full(members, ["one", number, 3]))).status, 200);
    assert.deepEqual(here.members(), ["a", "old"]);
  }
  await here.send(full(["b"], ["one", 2, 3]));
  assert.deepEqual(here.members(), ["a", "b", "c"]);
});

test("a late page of an older list takes nobody away and is told, and harms none of the newer one", async () => {
  const here = routed();
  await here.send(full(["a", "b"], ["one", 1, 2]));
  await here.send(full(["a", "b"], ["two", 1, 2]));
  assert.deepEqual(warned(await here.send(full(["x"], ["one", 2, 2]))), ["drift.suspected"]);
  assert.deepEqual(here.members(), []);
  await here.send(full(["c"], ["two", 2, 2]));
  assert.deepEqual(here.members(), ["a", "b", "c"]);
  assert.deepEqual(warned(await here.send(full(["c"], ["one", 2, 2]))), [], "it came before");
  assert.deepEqual(here.members(), ["a", "b", "c"]);
});

test("a late page of an older sync leaves what is kept of the newer one", async () => {
  const here = routed();
  await here.send(sync(["a"], [], ["one", 1, 2]));
  await here.send(sync([], ["x"], ["two", 3, 3]));
  assert.deepEqual(warned(await here.send(sync(["b"], [], ["one", 2, 2]))), ["drift.suspected"]);
  await here.send(sync(["x"], [], ["two", 1, 3]));
  assert.deepEqual(here.members(), ["a", "b"], "the third page of the second sync had x");
});

test("pages whose ids are of other kinds are not taken for each other's", async () => {
  const here = routed();
  await here.send({ ...sync(["a"], [], ["one", 2, 2]), mapping: "device_ids" });
  await here.send(sync(["a"], [], ["one", 1, 2]));
  assert.deepEqual(here.members(), ["a", "device a"]);
  const other = routed();
  await other.send({ ...full(["dev"], ["one", 1, 2]), mapping: "device_ids" });
  assert.deepEqual(warned(await other.send(full(["usr"], ["one", 2, 2]))), ["drift.suspected"]);
  assert.deepEqual(other.members(), []);
});

test("whom a directory does not know stays a member while a list of everybody has him", async () => {
  const here = routed();
  await here.send(full(["ada", "bob", "cyd"]));
  const directory = edge.Directory.build('{"external_id":"ada"}\n{"external_id":"eve"}\n', { mode: "compact" });
  here.config = { ...here.config, prefilter: { directory, unknown: "drop" } };
  const answer = await here.send(full(["ada", "bob", "eve", "nobody"]));
  assert.deepEqual([answer.unknown, here.members()], [2, ["ada", "bob", "eve"]]);
});

test("a list of everybody, or a drain, stands alone in its cohort", async () => {
  const here = routed();
  await here.send(full(["a"]));
  for (const sources of [[sync(["x"], []), full(["y"])], [{ action: "drain", segment, add: [], remove: [] }, full(["y"])], [full(["u"]), full(["d"], undefined, { mapping: "device_ids" })]]) {
    const answer = await here.send(...sources);
    assert.deepEqual([answer.status, answer.code, here.members()], [400, "page.several", ["a"]]);
  }
});

test("a drain that is played back empties nothing again", async () => {
  for (const queue of [true, false]) {
    const here = world({ queue });
    await here.page({ add: ["ada"], task: "1" });
    const body = drain();
    const headers = { "heap-hash": sign(body, SECRET, here.now) };
    assert.equal((await here.post("/heap", body, headers)).status, 200);
    if (queue) await here.settle();
    await here.page({ add: ["bob"], task: "2" });
    if (queue) await here.settle();
    here.now += 30_000;
    assert.equal((await here.post("/heap", body, headers)).code, "page.done_before");
    if (queue) await here.settle();
    assert.deepEqual(here.braze.of(), ["bob"]);
    // One that is signed anew is another.
    headers["heap-hash"] = sign(body, SECRET, here.now);
    await here.post("/heap", body, headers);
    if (queue) await here.settle();
    assert.deepEqual(here.braze.of(), []);
  }
});

test("a late page after a mend, or after a drain, is told", async () => {
  for (const between of [(here) => here.mend({ segment: { id: "1338065", name: "Trials" }, ids: ["a"] }), (here) => here.drain()]) {
    const here = world({ queue: true });
    await here.page({ add: ["a"], page: 1, of: 2, task: "t" });
    await here.settle();
    await between(here);
    await here.settle();
    assert.deepEqual(warned(await here.page({ add: ["b"], page: 2, of: 2, task: "t" })), ["drift.suspected"]);
  }
});

test("ids that no store takes for a key are sent, and names are refused", async () => {
  const long = "x".repeat(2_500_000);
  const here = routed();
  assert.equal((await here.send(sync([long, "ada"], []))).status, 200);
  assert.deepEqual(here.members().length, 2);
  assert.deepEqual((await here.gateway.members({ partner: "acme", cohortId: "seg" })).userIds, ["ada"]);
  assert.equal((await here.send({ ...sync(["a"], []), segment: { id: "x".repeat(1_001), name: "n" } })).code, "page.name_too_long");
  assert.equal((await here.page({ add: ["a"], task: "x".repeat(1_001) })).code, "page.name_too_long");
  assert.equal((await here.users([{ user_ids: ["a"] }], { cohort: "x".repeat(1_001) })).status, 400);
});

test("a state may run a transaction's work again", async () => {
  const inner = edge.memoryState();
  const state = {
    transaction(work) {
      try {
        inner.transaction((rows) => { work(rows); throw "again"; });
      } catch (error) {
        if (error !== "again") throw error;
      }
      return inner.transaction(work);
    },
  };
  for (const queue of [true, false]) {
    const here = world({ queue, state });
    const id = queue ? 1 : 2;
    assert.equal((await here.page({ id, add: many(4_000) })).status, 200);
    if (queue) await here.settle();
    assert.equal(here.braze.of(`heap/${id}`).length, 4_000);
  }
});

test("what was put off by a clock that ran ahead is sent when it runs right again", async () => {
  const here = world({ queue: true });
  here.braze.answer = () => ({ status: 429, headers: { "retry-after": "60" } });
  here.now += 30 * 86_400_000;
  await here.page({ add: ["ada"] });
  await here.forward();
  here.braze.answer = () => undefined;
  here.now -= 30 * 86_400_000;
  assert.equal((await here.forward()).left, 0);
  assert.deepEqual(here.braze.of(), ["ada"]);
});

test("a route may answer in its sender's own form", async () => {
  const respond = ({ ok, code }, status) => Response.json({ action: "members", status: ok ? "success" : "failure", error: ok ? undefined : { code, status } }, { status });
  const here = routed({ respond });
  const good = await here.send(full(["a"]));
  assert.deepEqual([good.status, good.action], [200, "members"]);
  here.config = { ...here.config, routes: { "/other": { ...here.config.routes["/other"], respond: () => { throw new Error("SECRET"); } } } };
  assert.equal((await here.send(full(["a"]))).code, "page.queued", "where it fails the sender gets ours");
});
