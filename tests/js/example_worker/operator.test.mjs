// What the example worker's operator does: known users, members, and going on after Braze refused the keys.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { webhook } from "../../../www/demo/heap_sender.mjs";
import { ask, sendPage, TOKEN, untilForwarded, user, world } from "./world.mjs";

const authorization = { authorization: `Bearer ${TOKEN}` };
const profiles = Array.from({ length: 1_000 }, (_, at) => `{"external_id":"${user(at)}"}\n`).join("");
const page = (sync, add) => webhook({ segment: { id: 3, name: "Known" }, page: { number: 1, total: 1, sync }, add: add.map(user) });

test("a directory of known users is kept over a restart, and ids of nobody are counted or left out", { timeout: 60_000 }, async () => {
  for (const [unknown, members] of [["count", ["user-1", "user-900000"]], ["drop", ["user-1"]]]) {
    const { worker } = await world(`directory-${unknown}`, undefined, { UNKNOWN_IDS: unknown });
    const built = await ask(worker, "/admin/directory", { body: gzipSync(profiles), headers: authorization });
    assert.deepEqual([built.status, built.answer.ok, built.answer.loaded], [200, true, 1_000]);
    await worker.kill();
    const { answer } = await sendPage(worker, page("one", [1, 900_000]));
    assert.deepEqual([answer.code, answer.received, answer.unknown, answer.ids], ["page.queued", 2, 1, members.length]);
    assert.ok(answer.falsePositiveRate > 0 && answer.falsePositiveRate < 0.001);
    await untilForwarded(worker);
    const kept = await ask(worker, "/admin/cohorts/3", { headers: authorization });
    assert.deepEqual(kept.answer, { userIds: members, deviceIds: [], aliases: [] });
    assert.ok(!worker.log.includes("user-"));
    // What is no export takes nobody's place.
    for (const wrong of ["external_id\nada\n", "", "{", `${profiles}{"external_id":5}\n`]) {
      const { status, answer } = await ask(worker, "/admin/directory", { body: wrong, headers: authorization });
      assert.deepEqual([status, answer.ok], [400, false]);
    }
    assert.equal((await sendPage(worker, page("two", [2, 900_001]))).answer.unknown, 1);
  }
});

test("a list that cannot be one changes nothing", { timeout: 60_000 }, async () => {
  const { worker } = await world("lists");
  assert.equal((await sendPage(worker, page("one", [1, 2]))).status, 200);
  await untilForwarded(worker);
  const members = async () => (await ask(worker, "/admin/cohorts/3", { headers: authorization })).answer.userIds;
  for (const [query, body, code] of [["", '["user-1"]', "admin.json"], ["", " {", "admin.json"], ["", "\n", "admin.empty"], ["?mapping=email", "user-1", "admin.mapping"], ["", "user-1\r\n", "body.invalid"]]) {
    const { status, answer } = await ask(worker, `/admin/cohorts/3${query}`, { body, headers: authorization });
    assert.deepEqual([status, answer.code, await members()], [400, code, ["user-1", "user-2"]]);
  }
  assert.equal((await ask(worker, "/admin/cohorts/3?empty=true", { body: "\n", headers: authorization })).answer.removed, 2);
  await untilForwarded(worker);
  assert.deepEqual(await members(), []);
});

test("after Braze refused the keys nothing is sent, over a restart too, until the operator says so", { timeout: 60_000 }, async () => {
  let refused = 0;
  const { braze, worker } = await world("refused", () => (refused < 1 ? (refused++, { status: 401 }) : undefined));
  assert.equal((await sendPage(worker, page("one", [1]))).status, 200);
  let health;
  do health = await ask(worker, "/health"); while (!health.answer.stopped);
  assert.deepEqual([health.status, health.answer.code, health.answer.stopped, health.answer.queued], [503, "health.stopped", "response.unauthorized", 2]);
  await worker.kill();
  assert.equal((await ask(worker, "/health")).answer.code, "health.stopped");
  assert.equal(braze.requests.length, 0);
  const { answer } = await ask(worker, "/admin/resume", { method: "POST", body: "", headers: authorization });
  assert.equal(answer.ok, true);
  await untilForwarded(worker);
  assert.deepEqual(braze.members("heap", "3"), new Set(["b1"]));
});

test("requests and lists that are larger than a row of the storage are kept whole", { timeout: 60_000 }, async () => {
  let open = false;
  const { faulty, worker } = await world("long", () => (open ? undefined : { status: 503 }));
  // Ids of 997 bytes: those of pairs of surrogates so that a row's end falls within a pair, and plain ones.
  const ids = Array.from({ length: 1_000 }, (_, at) => (at % 2 ? `${at}`.padStart(5, "0") + "\u{1f600}".repeat(248) : `${at}`.padStart(997, "x")));
  const body = webhook({ segment: { id: 9, name: "Long" }, page: { number: 1, total: 2, sync: "long" }, add: ids });
  assert.equal((await sendPage(worker, body)).status, 200);
  await worker.kill();
  open = true;
  await untilForwarded(worker);
  const sent = faulty.accepted.filter((text) => text.startsWith("/partners/heap/cohorts/users ")).map((text) => JSON.parse(text.slice(text.indexOf("{"))));
  assert.deepEqual(sent.flatMap(({ cohort_changes: [{ user_ids }] }) => user_ids), ids);
  const kept = await ask(worker, "/admin/cohorts/9", { headers: authorization });
  assert.deepEqual(new Set(kept.answer.userIds), new Set(ids));
});

test("the operator's calls are nobody else's", { timeout: 60_000 }, async () => {
  const { worker } = await world("strangers");
  for (const [path, method] of [["/admin/directory", "PUT"], ["/admin/cohorts/3", "PUT"], ["/admin/cohorts/3", "GET"], ["/admin/resume", "POST"], ["/admin/nothing", "POST"]]) {
    for (const headers of [{}, { authorization: "Bearer " }, { authorization: TOKEN }, { authorization: `Bearer ${TOKEN}x` }]) {
      const body = method === "GET" ? undefined : "x";
      const { status, answer } = await ask(worker, path, { method, body, headers });
      assert.deepEqual([status, answer.code], [401, "admin.unauthorized"], path);
    }
  }
  assert.equal((await ask(worker, "/admin/nothing", { method: "POST", body: "", headers: authorization })).status, 404);
});
