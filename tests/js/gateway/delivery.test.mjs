import assert from "node:assert/strict";
import test from "node:test";
import { edge } from "../support/package.mjs";
import { Braze, idsOf, many, PlainState, world, withoutWaiting } from "../support/gateway_world.mjs";

const HOUR = 3_600_000;

/** A Braze that answers this in turn, then as always. */
function answering(...answers) {
  const braze = new Braze();
  braze.answer = () => answers.shift();
  return braze;
}
const sent = ({ braze }) => braze.requests.length;

test("what failed is sent again until it is taken, within the time of the answer", async (t) => {
  for (const queue of [false, true]) {
    const here = world({ queue, config: { answerWithinMs: 100_000 }, braze: answering({ status: 500 }, { status: 423 }, { status: 429 }, "none", "lost", { status: 408 }) });
    const waits = withoutWaiting(t, here);
    assert.equal((await here.page({ add: ["ada"] })).status, 200);
    if (queue) await here.settle();
    assert.deepEqual(here.braze.of(), ["ada"]);
    assert.equal(sent(here), 8, "six that failed, the name and the ids");
    assert.deepEqual(here.braze.faults, []);
    if (!queue) assert.equal(waits.length, 6);
    t.mock.restoreAll();
  }
});

test("waits double, and are by chance up to a half shorter", async (t) => {
  for (const [chance, factor] of [[0, 1], [2 ** 32 - 1, 0.5]]) {
    const here = world({ braze: answering(...Array(4).fill({ status: 503 })), config: { answerWithinMs: 100_000 } });
    t.mock.method(crypto, "getRandomValues", (array) => array.fill(chance));
    const waits = withoutWaiting(t, here);
    assert.equal((await here.page({ add: ["ada"] })).status, 200);
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000].map((ms) => ms * factor));
    t.mock.restoreAll();
  }
});

test("with a queue attempts go on up to a quarter of an hour apart, over restarts", async (t) => {
  t.mock.method(crypto, "getRandomValues", (array) => array.fill(0));
  const state = new PlainState();
  const braze = answering(...Array(14).fill({ status: 503 }));
  let here = world({ queue: true, state, braze });
  await here.page({ add: ["ada"] });
  const waits = [];
  for (let left = 1; left;) {
    const before = here.now;
    const answer = await here.forward();
    left = answer.left;
    if (!left) break;
    waits.push(answer.retryAt - before);
    const { now } = here;
    here = world({ queue: true, state, braze });
    here.now = Math.max(now, answer.retryAt);
  }
  assert.deepEqual(waits.filter((ms, at) => ms !== waits[at - 1]), [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 900_000]);
  assert.deepEqual(braze.of(), ["ada"]);
});

test("Retry-After is waited for, in seconds and as a date, and a little more", async (t) => {
  for (const after of ["7", new Date(1_690_000_007_000).toUTCString()]) {
    const here = world({ braze: answering({ status: 429, headers: { "retry-after": after } }), config: { answerWithinMs: 60_000 } });
    const waits = withoutWaiting(t, here);
    assert.equal((await here.page({ add: ["ada"] })).status, 200);
    assert.ok(waits[0] >= 7_000 && waits[0] <= 8_000, `${waits[0]}`);
    t.mock.restoreAll();
  }
});

test("a wait that is longer than the answer has time for is told to the sender", async (t) => {
  const here = world({ braze: answering({ status: 429, headers: { "retry-after": "300" } }) });
  const waits = withoutWaiting(t, here);
  const answer = await here.page({ add: ["ada"] });
  assert.deepEqual([answer.status, answer.code], [503, "response.rate_limited"]);
  assert.ok(Number(answer.headers["retry-after"]) >= 300 && Number(answer.headers["retry-after"]) <= 301);
  assert.deepEqual(waits, []);
});

test("after a 429 no cohort is sent to before its time, after a 423 the others are", async () => {
  for (const [status, others] of [[429, 0], [423, 2]]) {
    const here = world({ queue: true });
    let first = true;
    here.braze.answer = () => (first && !(first = false) ? { status, headers: { "retry-after": "100" } } : undefined);
    await here.page({ add: ["ada"], id: 1 });
    await here.forward();
    await here.page({ add: ["bob"], id: 2 });
    await here.forward();
    assert.equal(sent(here), 1 + others);
    await here.settle();
    assert.deepEqual([here.braze.of("heap/1"), here.braze.of("heap/2")], [["ada"], ["bob"]]);
  }
});

test("where no request remains all wait until the reset", async () => {
  const here = world({ queue: true });
  const reset = here.now / 1_000 + 50;
  here.braze.answer = ({ at }) => (at ? undefined : { status: 201, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${reset}` } });
  await here.page({ add: ["ada"] });
  const { left, retryAt } = await here.forward();
  assert.deepEqual([sent(here), left], [1, 1]);
  assert.ok(retryAt >= reset * 1_000, "not before the reset");
  here.now = retryAt - 1;
  assert.equal((await here.forward()).sent, 0);
  here.now = retryAt;
  assert.equal((await here.forward()).left, 0);
});

test("the hour's budget holds over restarts, and begins anew with the hour", async () => {
  const state = new PlainState(), braze = new Braze();
  const config = { requestsPerHour: 5 };
  let here = world({ queue: true, state, braze, config });
  const hours = new Map();
  braze.answer = () => void hours.set(Math.floor(here.now / HOUR), (hours.get(Math.floor(here.now / HOUR)) ?? 0) + 1);
  await here.page({ add: many(12_000) });
  for (;;) {
    const { left, retryAt } = await here.forward();
    if (!left) break;
    assert.equal(retryAt % HOUR, 0, "the next hour of the clock");
    here = Object.assign(world({ queue: true, state, braze, config }), { now: retryAt });
  }
  assert.deepEqual([...hours.values()], [5, 5, 3]);
  assert.equal(braze.of().length, 12_000);
});

test("a budget of nothing sends nothing and loses nothing", async () => {
  const here = world({ queue: true, config: { requestsPerHour: 0 } });
  assert.equal((await here.page({ add: ["ada"] })).status, 200);
  assert.equal((await here.forward()).left, 2);
  assert.equal(sent(here), 0);
  here.config = {};
  here.now += HOUR;
  await here.settle();
  assert.deepEqual(here.braze.of(), ["ada"]);
});

test("after a 401 nothing of any cohort is sent, until the keys are others", async () => {
  for (const queue of [true, false]) {
    const here = world({ queue });
    here.braze.answer = ({ keys }) => (keys.client_secret === "right" ? undefined : { status: 401, body: '{"message":"Invalid client secret"}' });
    const one = await here.page({ add: ["ada"], id: 1 });
    assert.equal(one.status, queue ? 200 : 502);
    if (queue) assert.deepEqual((await here.forward()).stopped, "response.unauthorized");
    await here.page({ add: ["bob"], id: 2 });
    if (queue) await here.forward();
    assert.equal((await here.users([{ user_ids: ["eve"] }])).status, queue ? 202 : 502);
    if (queue) await here.forward();
    assert.equal(sent(here), 1, "a single request met the refusal");
    assert.equal((await here.health()).code, "health.stopped");

    here.keys = { ...here.keys, clientSecret: "right" };
    if (queue) {
      assert.equal((await here.forward()).left, 0, "other keys begin again by themselves, at once");
    } else for (const [id, add] of [[1, ["ada"]], [2, ["bob"]]]) assert.equal((await here.page({ add, id })).status, 200);
    assert.deepEqual([here.braze.of("heap/1"), here.braze.of("heap/2")], [["ada"], ["bob"]]);
    assert.equal((await here.health()).code, "health.ok");
  }
});

test("after a 401 one request tries again after a quarter of an hour, or after resume()", async () => {
  const here = world({ queue: true });
  let refuse = true;
  here.braze.answer = () => (refuse ? { status: 401 } : undefined);
  await here.page({ add: ["ada"] });
  const { retryAt } = await here.forward();
  assert.equal(retryAt, here.now + 15 * 60_000);
  here.now = retryAt - 1;
  assert.equal((await here.forward()).sent + sent(here), 1);
  here.now++;
  await here.forward();
  assert.equal(sent(here), 2, "one that tries");
  refuse = false;
  await here.gateway.resume();
  assert.equal(here.woken.at(-1), here.now);
  assert.deepEqual(await here.forward(), { sent: 2, rejected: 0, left: 0 });
});

test("an answer that says nothing of the keys does not begin again after a 401", async () => {
  const here = world({ queue: true, config: { requestsPerHour: 0 } });
  const [came, late] = [event(), event()];
  here.braze.answer = async ({ body }) => {
    if (body.cohort_id === "2") return came.then(() => ({ status: 401 }));
    came.happen();
    return late.then(() => ({ status: 500 }));
  };
  await here.page({ add: ["ada"], id: 1 });
  await here.page({ add: ["bob"], id: 2 });
  // Both wait for the next hour, and begin together.
  await here.forward();
  here.now += HOUR;
  here.config = {};
  const forwarded = here.forward();
  while (!here.log.some(({ status }) => status === 401)) await turns();
  late.happen();
  await forwarded;
  assert.equal(sent(here), 2);
  assert.equal((await here.health()).code, "health.stopped");
});

test("a request that is too large is halved until it fits, down to one id", async () => {
  const here = world({ queue: true });
  here.braze.answer = ({ body }) => (idsOf(body).length > 3 || idsOf(body).includes("id-7") ? { status: 413 } : undefined);
  await here.page({ add: many(20), remove: many(5, "gone") });
  await here.settle();
  assert.deepEqual(here.braze.of(), many(20).filter((id) => id !== "id-7").sort());
  assert.equal((await here.health()).rejected, 1);
  const [rejected] = Object.values(here.state.dump().rejected).map((text) => JSON.parse(text));
  assert.deepEqual([rejected.code, rejected.ids, rejected.origin], ["response.too_large", 1, [["add", 7, 1]]]);
});

test("halves keep places and kinds, in Braze-shaped requests too", async () => {
  const here = world({});
  here.braze.answer = ({ body }) => (idsOf(body).length > 1 ? { status: 413 } : undefined);
  const changes = [{ user_ids: ["a", "b"], device_ids: ["d"] }, { aliases: [{ alias_name: "n", alias_label: "l" }], device_ids: [] }, { user_ids: ["a"], should_remove: true }];
  assert.equal((await here.users(changes)).status, 201);
  assert.deepEqual(here.braze.of("heap/c1"), ["b", "device d", "l n"].sort());
});

test("failed.origin names the rows as they came, after repeats and unknown ids are gone", async () => {
  const directory = await edge.Directory.build(many(3_000, "id").map((external_id) => JSON.stringify({ external_id })).join("\n"), { mode: "verified" });
  const here = world({ config: { prefilter: { directory, unknown: "drop" } } });
  here.braze.answer = ({ body }) => (idsOf(body).includes("id-1500") ? { status: 400 } : undefined);
  const add = many(3_000, "id").flatMap((id) => ["nobody", id]);
  const answer = await here.page({ add });
  assert.deepEqual([answer.status, answer.code, answer.unknown, answer.falsePositiveRate], [502, "response.bad_request", 3_000, directory.falsePositiveRate]);
  assert.equal(answer.failed.ids, 1_000);
  assert.deepEqual(answer.failed.origin, many(100).map((_, at) => ({ list: "add", index: 2_001 + 2 * at })));
  assert.ok(answer.failed.origin.every(({ list, index }) => list === "add" && add[index] === `id-${(index - 1) / 2}`));
  directory.free();
});

test("of a page that failed in part only the rest is sent when it comes again", async () => {
  for (const restart of [false, true]) {
    const state = new PlainState(), braze = new Braze();
    let here = world({ state, braze, config: { answerWithinMs: 100 } });
    braze.answer = ({ at }) => (at === 3 ? { status: 500 } : undefined);
    assert.equal((await here.page({ add: many(4_000) })).status, 503);
    if (restart) here = world({ state, braze });
    assert.equal((await here.page({ add: many(4_000) })).code, "page.forwarded");
    const taken = braze.requests.filter(({ answer }) => !answer).map(({ body }) => JSON.stringify(body));
    assert.equal(new Set(taken).size, taken.length, "nothing that was accepted is sent again");
    assert.equal(braze.of().length, 4_000);
    assert.equal((await here.page({ add: many(4_000) })).code, "page.done_before");
  }
});

test("an answer does not come later than it was promised; the rest goes when the page comes again", async () => {
  const here = world({ config: { answerWithinMs: 1_000 } });
  here.braze.answer = () => void (here.now += 400);
  let pages = 0, status;
  for (const began = here.now; status !== 200; pages++) {
    ({ status } = await here.page({ add: many(5_500) }));
    assert.ok(here.now - began <= (pages + 1) * 1_400);
  }
  assert.equal(pages, 3, "seven requests, three in each answer's time");
  assert.equal(here.braze.of().length, 5_500);
});

test("a fetch that hangs ends with its time", async () => {
  const here = world({ config: { timeoutMs: 5 }, queue: true });
  here.braze.answer = ({ at }) => (at ? undefined : "hang");
  await here.page({ add: ["ada"] });
  await here.forward();
  assert.deepEqual(here.log.filter(({ route }) => route === "forward").map(({ status, code }) => [status, code]), [[0, "response.no_answer"]]);
  await here.settle();
  assert.deepEqual(here.braze.of(), ["ada"]);
});

test("an answer that hangs or breaks off after its status is none", async () => {
  for (const end of ["error", "hang"]) {
    const braze = new Braze();
    let first = true;
    const fetch = async (url, init) => {
      const answer = await braze.fetch(url, init);
      if (!first) return answer;
      first = false;
      const alive = setInterval(() => {}, 1_000);
      return new Response(new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(10));
          const fail = () => { clearInterval(alive); controller.error(new Error("cut")); };
          if (end === "error") fail(); else init.signal.addEventListener("abort", fail);
        },
      }), { status: 201 });
    };
    const here = world({ config: { timeoutMs: 5 }, queue: true, braze, fetch });
    await here.page({ add: ["ada"] });
    assert.equal((await here.forward()).left, 2);
    await here.settle();
    assert.deepEqual(here.braze.of(), ["ada"]);
    assert.deepEqual(here.braze.requests.map(({ path }) => path.split("/").at(-1)), ["cohorts", "cohorts", "users"], "the name's request is sent again");
  }
});

test("an answer without end is not read to its end", async () => {
  let pulled = 0;
  const endless = () => new Response(new ReadableStream({ pull: (controller) => { pulled += 65_536; controller.enqueue(new Uint8Array(65_536)); } }), { status: 500 });
  const here = world({ config: { answerWithinMs: 400 }, fetch: async () => endless() });
  assert.equal((await here.page({ add: ["ada"] })).code, "response.server_error");
  assert.ok(pulled < 1 << 20, `${pulled} bytes`);
});

/** A promise, and what keeps it. */
function event() {
  let happen;
  return Object.assign(new Promise((yes) => { happen = yes; }), { happen });
}
/** All that can go on without an outer event goes on. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

test("the longest wait that can be told is waited for, and not taken for that of a wrong clock", async () => {
  for (const seconds of [86_400, 10 * 86_400]) {
    const here = world({ queue: true });
    here.braze.answer = () => ({ status: 503, headers: { "retry-after": `${seconds}` } });
    await here.page({ add: ["ada"] });
    const { left, retryAt } = await here.forward();
    assert.deepEqual([sent(here), left], [1, 2]);
    assert.ok(retryAt >= here.now + 86_400_000 && retryAt <= here.now + 86_401_000);
  }
});
