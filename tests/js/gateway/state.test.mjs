import assert from "node:assert/strict";
import test from "node:test";
import { edge } from "../support/package.mjs";
import { Braze, idsOf, many, PlainState, world } from "../support/gateway_world.mjs";

/** Has a state fail at its first step, at its second and so on, until `play` needs no more of them; answers how many there were. */
async function atEachStep(play) {
  // Of the many that note members one after another some are enough.
  for (let failAt = 1; ; failAt += failAt < 60 ? 1 : 43) {
    const state = new PlainState();
    if (!(await play(state, () => { state.steps = 0; state.failAt = failAt; }))) return failAt - 1;
    assert.ok(failAt < 10_000, "it ends");
  }
}
const well = (state) => { state.failAt = Infinity; };
const failed = ({ steps, failAt }) => steps >= failAt;

test("with a queue, wherever the state fails the page is stored whole or not at all, and answered so", async () => {
  const steps = await atEachStep(async (state, arm) => {
    const here = world({ queue: true, state, config: { requestsPerHour: 0 } });
    await here.page({ add: ["old"], task: "before" });
    await here.forward();
    const before = state.dump();
    arm();
    const answer = await here.page({ add: many(1_500), remove: ["old"], task: "t" });
    const inAnswer = failed(state) && answer.status !== 200;
    well(state);
    if (inAnswer) {
      assert.deepEqual([answer.status, answer.code], [503, "gateway.state"]);
      assert.deepEqual(state.dump(), before, "nothing of it is stored");
    }
    assert.ok(!/SECRET/.test(JSON.stringify([answer, here.log])));
    here.config = {};
    here.now += 3_600_000;
    const again = await here.page({ add: many(1_500), remove: ["old"], task: "t" });
    assert.equal(again.code, inAnswer ? "page.queued" : "page.done_before");
    await here.settle();
    assert.deepEqual(here.braze.of(), many(1_500).sort());
    assert.deepEqual(here.braze.faults, []);
    return inAnswer;
  });
  assert.ok(steps > 10, `${steps} steps`);
});

test("wherever the state fails while it is forwarded, all arrives, one request after another", async () => {
  const steps = await atEachStep(async (state, arm) => {
    const here = world({ queue: true, state, config: { requestsPerHour: 0 } });
    for (const id of [1, 2]) await here.page({ add: many(1_500), id });
    await here.forward();
    here.config = {};
    here.now += 3_600_000;
    arm();
    const woken = here.woken.length;
    const answer = await here.forward().catch((error) => error);
    const stopped = answer instanceof Error;
    if (stopped) {
      assert.equal(answer.message, "");
      assert.ok(here.woken.length > woken, "the queue is told");
    }
    const more = failed(state);
    well(state);
    await here.settle();
    for (const id of [1, 2]) assert.deepEqual(here.braze.of(`heap/${id}`), many(1_500).sort());
    assert.deepEqual(here.braze.faults, []);
    assert.equal((await here.health()).queued, 0);
    return more;
  });
  assert.ok(steps > 60, `${steps} steps`);
});

test("without a queue, wherever the state fails, the answer is 503 until all is at Braze", async () => {
  const steps = await atEachStep(async (state, arm) => {
    const here = world({ state });
    await here.page({ add: ["old"], task: "before" });
    arm();
    const answer = await here.page({ add: many(1_500), remove: ["old"], task: "t" });
    const more = failed(state);
    assert.deepEqual([answer.status, answer.code], more ? [503, "gateway.state"] : [200, "page.forwarded"]);
    well(state);
    assert.equal((await here.page({ add: many(1_500), remove: ["old"], task: "t" })).status, 200);
    assert.deepEqual(here.braze.of(), many(1_500).sort());
    assert.deepEqual(await here.gateway.members({ cohortId: "1338065" }), { userIds: many(1_500).sort(), deviceIds: [], aliases: [] });
    // Of a fault after Braze's answer the one request comes again that was under way.
    const bodies = here.braze.requests.map(({ body }) => JSON.stringify(body));
    assert.ok(bodies.length - new Set(bodies).size <= 1);
    return more;
  });
  assert.ok(steps > 40, `${steps} steps`);
});

test("a queue that cannot be told is answered with 503, and told when the page comes again", async () => {
  const woken = [];
  let fail = true;
  const queue = { wake: async (at) => { if (fail) throw new Error("alarm with SECRET"); woken.push(at); } };
  const here = world({ config: { requestsPerHour: 0 }, queue });
  const answer = await here.page({ add: ["ada"] });
  assert.deepEqual([answer.status, answer.code], [503, "gateway.state"]);
  fail = false;
  assert.deepEqual((await here.page({ add: ["ada"] })).code, "page.done_before");
  assert.deepEqual(woken[0], here.now);
});

test("check and dryRun keep and send nothing, on every route and call", async () => {
  for (const [config, queue] of [[{ mode: "check" }, true], [{ mode: "check" }, false], [{ dryRun: true }, true], [{ dryRun: true }, false], [{ dryRun: true, mode: "forward" }, true]]) {
    const here = world({ queue });
    await here.page({ add: ["old", "gone"] });
    if (queue) {
      await here.settle();
      here.config = { requestsPerHour: 0 };
      await here.page({ add: ["waiting"], task: "w" });
      await here.forward();
      here.now += 3_600_000;
    }
    const before = JSON.stringify(here.state.dump()), sent = here.braze.requests.length;
    here.config = config;
    for (let twice = 2; twice--;) {
      assert.equal((await here.page({ add: ["ada"], task: "2" })).code, config.mode === "check" ? "page.checked" : "page.would_forward");
      assert.equal((await here.users([{ user_ids: ["ada"] }])).code, config.mode === "check" ? "request.checked" : "request.would_forward");
      if (!queue) assert.equal((await here.drain()).status, 200);
      const mended = await here.mend({ segment: { id: "1338065", name: "Trials" }, ids: ["old", "new"] });
      if (queue) assert.equal(mended.code, "cohort.busy");
      else assert.deepEqual(mended, { ok: true, added: 1, removed: 1, requests: 1, warnings: [] });
      const woken = here.woken.length;
      const forwarded = await here.forward();
      assert.deepEqual([forwarded.sent, forwarded.left, forwarded.stopped], [0, queue ? 1 : 0, "gateway.dry"]);
      if (queue) assert.ok(here.woken.slice(woken).every((at) => at > here.now), "it is not called at once for ever");
    }
    assert.equal(JSON.stringify(here.state.dump()), before);
    assert.equal(here.braze.requests.length, sent);
    if (!queue) continue;
    here.config = {};
    await here.settle();
    assert.ok(here.braze.of().includes("waiting"), "what waited goes on after it");
  }
});

test("a gateway that is made anew goes on where the one before it was", async () => {
  const state = new PlainState(), braze = new Braze();
  let here = world({ queue: true, state, braze, config: { requestsPerHour: 3 } });
  await here.page({ add: many(5_000), of: 2 });
  await here.page({ add: many(10, "more"), page: 2, of: 2 });
  await here.forward();
  const { now } = here;
  here = Object.assign(world({ queue: true, state, braze }), { now: now + 3_600_000 });
  assert.equal((await here.page({ add: many(5_000), of: 2 })).code, "page.done_before");
  await here.settle();
  assert.equal(braze.of().length, 5_010);
  assert.equal((await here.page({ add: ["x"], task: "next" })).status, 200);
  await here.settle();
  assert.deepEqual(braze.requests.filter(({ path }) => path.endsWith("/cohorts")).length, 1, "the name is known");
});

test("memoryState keeps all of a transaction, or nothing", () => {
  const state = edge.memoryState();
  const dump = () => state.transaction((rows) => rows.keys("t").map((key) => [key, rows.get("t", key)]));
  state.transaction((rows) => { rows.set("t", "b", "1"); rows.set("t", "a", ""); });
  assert.throws(() => state.transaction((rows) => {
    rows.set("t", "b", "2");
    rows.delete("t", "a");
    rows.set("t", "c", "3");
    rows.set("t", "c", "4");
    rows.delete("t", "none");
    rows.set("other", "x", "y");
    throw new Error("no");
  }), /no/);
  assert.deepEqual(dump(), [["a", ""], ["b", "1"]]);
  assert.deepEqual(state.transaction((rows) => rows.keys("other")), []);
  assert.equal(state.transaction((rows) => rows.get("none", "x")), undefined);
});

test("keys come in pages, whatever order an id has", () => {
  const state = edge.memoryState();
  const ids = ["", "a", "\uffff", "😀", "\u0000", "é", "z", "\ue000"];
  state.transaction((rows) => { for (const id of ids) rows.set("t", id, id); });
  const found = [];
  for (let after; ;) {
    const [key] = state.transaction((rows) => rows.keys("t", { after, limit: 1 }));
    if (key === undefined) break;
    found.push(after = key);
  }
  assert.deepEqual([...found].sort(), [...ids].sort());
  assert.deepEqual(state.transaction((rows) => rows.keys("t", { after: "y" }))[0], "z");
});

test("what is stored holds no key of Braze's and no secret", async () => {
  for (const queue of [true, false]) {
    const here = world({ queue, config: { requestsPerHour: 2 } });
    await here.page({ add: many(3_000) });
    await here.users([{ user_ids: ["a"] }]);
    here.braze.answer = () => ({ status: 401 });
    await here.forward();
    const text = JSON.stringify(here.state.dump());
    for (const secret of ["heap-secret", "braze-partner", "braze-import", "in-partner", "in-import"]) assert.ok(!text.includes(secret), secret);
  }
});

test("pages that come at once keep their order, in both ways", async () => {
  for (const queue of [false, true]) {
    const here = world({ queue });
    // Of one id each page has another word, and the last one counts.
    const pages = Array.from({ length: 20 }, (_, at) => ({
      page: at + 1, of: 20, add: at % 2 ? ["ada", `id-${at}`] : [`id-${at}`], remove: at % 2 ? [] : ["ada"],
    }));
    const answers = await Promise.all(pages.map((page) => here.page(page)));
    assert.ok(answers.every(({ status }) => status === 200));
    if (queue) await here.settle();
    assert.deepEqual(here.braze.faults, []);
    const users = here.braze.requests.filter(({ path }) => path.endsWith("/users")).map(({ body }) => idsOf(body).find((id) => id !== "ada"));
    assert.deepEqual(users, many(20));
    assert.deepEqual(here.braze.requests.length, 21);
    assert.ok(here.braze.of().includes("ada"));
  }
});

test("the same page twenty times at once is sent once", async () => {
  for (const queue of [false, true]) {
    const here = world({ queue });
    const answers = await Promise.all(many(20).map(() => here.page({ add: ["ada"] })));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.deepEqual(answers.filter(({ code }) => code === "page.done_before").length, 19);
    if (queue) await here.settle();
    assert.equal(here.braze.requests.length, 2);
  }
});
