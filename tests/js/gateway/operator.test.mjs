// What the gateway's operator asks and does.
import assert from "node:assert/strict";
import test from "node:test";
import { many, SECRET, world } from "../support/gateway_world.mjs";

const SEGMENT = { id: "1338065", name: "Trials" };

test("what Braze refused can be listed, page by page, with the places of its ids and without them, and forgotten", async () => {
  const here = world({ queue: true });
  here.braze.answer = ({ body }) => (body.cohort_changes ? { status: 400 } : undefined);
  await here.page({ add: many(1_200), remove: ["bob"] });
  await here.settle();
  assert.equal((await here.health()).code, "health.rejected");
  const all = await here.gateway.rejected();
  assert.deepEqual(all.map(({ cohort, code, at, ids }) => ({ cohort, code, at, ids })), [1_000, 201].map((ids) => (
    { cohort: { partner: "heap", cohortId: SEGMENT.id }, code: "response.bad_request", at: here.now, ids })));
  assert.deepEqual([all[0].origin.length, all[0].origin[999], all[1].origin.at(-1)], [1_000, { list: "add", index: 999 }, { list: "remove", index: 0 }]);
  assert.doesNotMatch(JSON.stringify(all), /id-\d|bob/);
  assert.deepEqual(await here.gateway.rejected({ limit: 1 }), [all[0]]);
  assert.deepEqual(await here.gateway.rejected({ after: all[0].key }), [all[1]]);
  await here.gateway.discard([all[0].key]);
  assert.deepEqual(await here.gateway.rejected(), [all[1]]);
  await assert.rejects(here.gateway.discard("all"), TypeError);
  await assert.rejects(here.gateway.rejected({ before: "x" }), TypeError);
});

for (const queue of [true, false]) {
  test(`a list that mends a cohort forgets what Braze refused of it alone, ${queue ? "with" : "without"} a queue`, async () => {
    const here = world({ queue });
    let refuse = true;
    here.braze.answer = ({ body }) => (refuse && body.cohort_changes ? { status: 400 } : undefined);
    for (const id of [1, 2]) await here.page({ id, add: ["ada"] });
    if (queue) await here.settle();
    refuse = false;
    assert.equal((await here.mend({ segment: { id: "1", name: "Trials" }, ids: ["ada"] })).ok, true);
    assert.deepEqual(here.braze.of("heap/1"), ["ada"]);
    assert.deepEqual((await here.gateway.rejected()).map(({ cohort }) => cohort.cohortId), queue ? ["2"] : []);
  });
}

test("a list that mends takes its ids for what those of the cohort were when they came last", async () => {
  let mapping = { aliases: { alias_label: "email" } };
  const here = world({ config: { heap: { secret: SECRET, mapping: () => mapping } } });
  await assert.rejects(here.mend({ segment: SEGMENT, ids: ["ada"] }), /mapping must say/);
  assert.equal((await here.page({ add: ["ada", "bob"] })).status, 200);
  mapping = "device_ids";
  assert.equal((await here.mend({ segment: SEGMENT, ids: ["ada", "eve"] })).ok, true);
  assert.deepEqual(here.braze.of(), ["email ada", "email eve"]);
  assert.equal((await here.mend({ segment: SEGMENT, ids: ["d"], mapping: "device_ids" })).ok, true);
  assert.deepEqual(here.braze.of(), ["device d"], "who is in it by ids of another kind leaves");
});

test("a mend that fails is in the log too", async () => {
  const here = world();
  here.braze.answer = () => ({ status: 400 });
  const mended = await here.mend({ segment: SEGMENT, ids: ["ada"] });
  assert.deepEqual([mended.ok, mended.code], [false, "response.bad_request"]);
  assert.deepEqual(here.log.map(({ route, status, code }) => [route, status, code]), [["mend", 502, "response.bad_request"]]);
});

test("a configuration that fails has what is stored looked for again", async () => {
  const here = world({ queue: true });
  await here.page({ add: ["ada"] });
  here.woken.length = 0;
  here.config = { mode: "wrong" };
  await assert.rejects(here.forward(), /config\.mode/);
  assert.equal(here.woken.length, 1);
  assert.ok(here.woken[0] > here.now);
  here.config = {};
  await here.settle();
  assert.deepEqual(here.braze.of(), ["ada"]);
});

test("how it is is told where the configuration says, or nowhere", async () => {
  const at = async (health, path) => {
    const here = world({ config: { health } });
    return (await here.request(new Request(`https://gateway.test${path}`))).code;
  };
  assert.deepEqual([await at(undefined, "/health"), await at("/status", "/status"), await at("/status", "/health"), await at(false, "/health")],
    ["health.ok", "health.ok", "http.not_found", "http.not_found"]);
  for (const wrong of [true, "", "health", "/heap", "/partners/heap/cohorts", 5]) assert.equal(await at(wrong, "/health"), "gateway.config");
});
