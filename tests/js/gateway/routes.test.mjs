// What the gateway's owner writes: configuration, routes of other senders, a log. And what goes wrong in it.
import assert from "node:assert/strict";
import test from "node:test";
import { webhook } from "../support/bodies.mjs";
import { edge } from "../support/package.mjs";
import { many, SECRET, world } from "../support/gateway_world.mjs";

const { createCohortGateway, planCohortImport, readHeapWebhook } = edge;
const segment = { id: "seg", name: "Segment" };
const sync = (of = {}) => ({ action: "sync", segment, add: [], remove: [], ...of });
const page = (pageNumber, totalPages, syncTaskId = "t") => ({ syncTaskId, pageNumber, totalPages });

/** A world with a route `/other`, whose `read` answers this. */
const routed = (answer, { authorize = () => true, ...others } = {}) => world({
  config: { routes: { "/other": { partner: "acme", authorize, read: typeof answer === "function" ? answer : () => answer } } }, ...others,
});
const other = (here, body = "{}", headers = {}) => here.post("/other", body, headers);

test("a route reads what comes, in its partner's name", async () => {
  const here = routed((body, request) => {
    assert.equal(new TextDecoder().decode(body), '{"any":"thing"}');
    assert.equal(request.headers.get("content-type"), "application/json");
    return { ok: true, sources: [sync({ add: ["ada"], mapping: "device_ids" })] };
  });
  const answer = await other(here, '{"any":"thing"}');
  assert.deepEqual([answer.status, answer.code, answer.received, answer.requests], [200, "page.forwarded", 1, 2]);
  assert.deepEqual(here.braze.of("acme/seg"), ["device ada"]);
  assert.equal(here.log[0].route, "other");
});

test("a route lets nobody in without a true", async () => {
  for (const said of [false, undefined, 1, "yes", null, Promise.resolve(false), Promise.resolve("true")]) {
    const here = routed(() => assert.fail("it is not read"), { authorize: () => said });
    assert.deepEqual([(await other(here)).status, here.log[0].code], [401, "route.unauthorized"]);
  }
  const here = routed({ ok: true, sources: [] }, { authorize: async (request, body) => request.headers.get("content-type") === "application/json" && body.length === 2 });
  assert.equal((await other(here)).status, 200);
});

test("what a route throws or answers wrongly is its own fault, and told nobody", async () => {
  const fail = () => { throw new Error("id-SECRET"); };
  const wrong = [
    { read: fail }, { read: async () => fail() }, { read: { ok: true, sources: [] }, authorize: fail }, { read: { ok: true, sources: [] }, authorize: async () => fail() },
    { read: undefined }, { read: null }, { read: "text-SECRET" }, { read: { ok: true } }, { read: { ok: true, sources: "SECRET" } },
    { read: { ok: true, sources: [undefined] } }, { read: { ok: true, sources: [sync({ add: "SECRET" })] } }, { read: { ok: true, sources: [sync({ add: [5] })] } },
    { read: { ok: true, sources: [sync({ mapping: "SECRET" })] } }, { read: { ok: true, sources: [sync({ segment: { id: 5, name: "SECRET" } })] } },
    { read: { ok: true, sources: [sync({ action: "SECRET" })] } }, { read: { ok: true, sources: [sync({ page: page(3, 2) })] } },
    { read: { ok: true, sources: [{ action: "full", segment, members: "SECRET" }] } }, { read: { ok: true, sources: [{ action: "full", segment, members: [], mapping: { aliases: {} } }] } },
    { read: { ok: true, sources: [{ action: "drain", segment: { id: 5, name: "SECRET" } }] } }, { read: { ok: true, sources: [{ action: "full", segment: { name: "SECRET" }, members: [] }] } },
  ];
  for (const { read, authorize } of wrong) {
    const here = routed(read, { ...authorize && { authorize } });
    const answer = await other(here);
    assert.deepEqual([answer.status, answer.code], [500, "gateway.route"], JSON.stringify(read));
    assert.ok(here.log[0].fault && !/SECRET/.test(JSON.stringify([answer, here.log])), JSON.stringify(here.log));
    assert.deepEqual([here.braze.requests.length, Object.keys(here.state.dump())], [0, []]);
  }
});

test("what a route refuses is answered with its problems", async () => {
  const problem = { code: "json.syntax", severity: "error", path: "/x", offset: 0, endOffset: 1, line: 1, column: 1, message: "m", help: "h" };
  const answer = await other(routed({ ok: false, problems: [problem], warnings: [] }));
  assert.deepEqual([answer.status, answer.code, answer.problems.map(({ code }) => code)], [400, "body.invalid", ["json.syntax"]]);
});

test("several cohorts of one body go one after another, and a repeat sends what is left", async () => {
  const sources = many(3, "seg").map((id, at) => sync({ segment: { id, name: id }, add: [`ada-${at}`], page: page(1, 1) }));
  const here = routed({ ok: true, sources });
  here.braze.answer = ({ at }) => (at === 3 ? { status: 400 } : undefined);
  assert.equal((await other(here)).status, 502);
  assert.equal((await other(here)).status, 200);
  for (const at of [0, 1, 2]) assert.deepEqual(here.braze.of(`acme/seg-${at}`), [`ada-${at}`]);
  assert.equal(here.braze.requests.length, 7, "six, and the one that was refused");
});

test("pages of one sync in one body are each known when they come again", async () => {
  for (const queue of [false, true]) {
    const here = routed({ ok: true, sources: [1, 2, 3].map((at) => sync({ add: [`ada-${at}`], page: page(at, 3) })) }, { queue });
    const answer = await other(here);
    assert.deepEqual([answer.status, answer.missing], [200, undefined]);
    if (queue) await here.settle();
    assert.equal(here.braze.requests.length, 4);
    assert.equal((await other(here)).code, "page.done_before");
    assert.equal(here.braze.requests.length, 4);
  }
});

test("a body without anything to do is taken", async () => {
  for (const queue of [false, true]) {
    const answer = await other(routed({ ok: true, sources: [] }, { queue }));
    assert.deepEqual([answer.status, answer.code, answer.requests], [200, queue ? "page.queued" : "page.forwarded", 0]);
  }
});

test("a list of everybody becomes what differs from the members", async () => {
  for (const queue of [false, true]) {
    let members = many(1_200);
    const here = routed(() => ({ ok: true, sources: [{ action: "full", segment, members }] }), { queue });
    const next = async (list) => {
      members = list;
      const answer = await other(here);
      if (queue) await here.settle();
      assert.deepEqual(here.braze.of("acme/seg"), [...list].sort());
      return [answer.status, answer.received, answer.ids, answer.requests];
    };
    assert.deepEqual(await next(many(1_200)), [200, 1_200, 1_200, 3]);
    assert.deepEqual(await next([...many(1_199), "new"]), [200, 1_200, 2, 1]);
    assert.deepEqual(await next([...many(1_199), "new"]), [200, 1_200, 0, 0]);
    assert.deepEqual(await next([]), [200, 0, 1_200, 2]);
  }
  const without = routed({ ok: true, sources: [{ action: "full", segment, members: ["a"] }] }, { state: null });
  assert.deepEqual((await other(without)).problems.map(({ code }) => code), ["plan.needs_snapshot"]);
});

test("what config throws is told nobody; what is wrong with it names the option alone", async () => {
  const asked = async (config) => {
    const log = [];
    const gateway = createCohortGateway({ config, log: (entry) => log.push(entry) });
    const response = await gateway(new Request("https://gateway.test/health"), {});
    const text = await response.text();
    assert.ok(!/SECRET/.test(text + JSON.stringify(log)), text);
    assert.ok(!text.includes(log[0].fault), "the answer does not tell it");
    return [response.status, JSON.parse(text).code, log[0].fault];
  };
  const good = { restEndpoint: "https://a.test", keys: { partnerApiKey: "a", clientSecret: "b" } };
  assert.deepEqual(await asked(() => { throw new Error("SECRET"); }), [500, "gateway.config", "config threw (Error)"]);
  assert.deepEqual(await asked(async () => { throw new TypeError("SECRET"); }), [500, "gateway.config", "config threw (TypeError)"]);
  const faults = [
    [undefined, /config must answer/], [null, /config must answer/], ["SECRET", /config must answer/], [{ ...good, "SECRET key": 1 }, /^a name in config /],
    [{ ...good, restEndpoint: "https://SECRET:x@a.test" }, /restEndpoint/], [{ ...good, restEndpoint: "SECRET" }, /restEndpoint/], [{ ...good, restEndpoint: "https://a.test/?SECRET" }, /restEndpoint/],
    [{ ...good, keys: undefined }, /keys/], [{ ...good, keys: { partnerApiKey: "SECRET", clientSecret: "" } }, /clientSecret/], [{ ...good, keys: { partnerApiKey: ["SECRET", "b"], clientSecret: "x" } }, /partnerApiKey must be one/],
    [{ ...good, inboundKeys: { partnerApiKey: "SECRET" } }, /inboundKeys.clientSecret/], [{ ...good, heap: { secret: "" } }, /heap.secret/], [{ ...good, heap: {} }, /heap.secret/],
    [{ ...good, heap: { secret: "SECRET", path: "SECRET" } }, /heap.path/], [{ ...good, heap: { secret: "SECRET", mapping: "SECRET" } }, /heap.mapping/], [{ ...good, heap: { secret: "SECRET", mapping: { aliases: {} } } }, /heap.mapping/],
    [{ ...good, heap: { secret: "SECRET", partner: "SECRET" } }, /partner/], [{ ...good, heap: { secret: "SECRET", path: "/health" } }, /heap.path/],
    [{ ...good, partners: ["SECRET"] }, /partner/], [{ ...good, mode: "SECRET" }, /mode/], [{ ...good, dryRun: "SECRET" }, /dryRun/], [{ ...good, strict: 1 }, /strict/], [{ ...good, conflict: "SECRET" }, /conflict/],
    [{ ...good, limits: { maxBytes: -1 } }, /maxBytes/], [{ ...good, limits: { maxbytes: 1 } }, /limits/], [{ ...good, requestsPerHour: NaN }, /requestsPerHour/], [{ ...good, timeoutMs: "SECRET" }, /timeoutMs/], [{ ...good, answerWithinMs: -5 }, /answerWithinMs/],
    [{ ...good, prefilter: {} }, /directory/], [{ ...good, prefilter: { directory: { lookup() {} }, unknown: "SECRET" } }, /unknown/],
    [{ ...good, routes: { SECRET: {} } }, /routes/], [{ ...good, routes: { "/heap": {} }, heap: { secret: "SECRET" } }, /routes/], [{ ...good, routes: { "/a": { partner: "a", read() {} } } }, /authorize/], [{ ...good, routes: { "/partners/x": {} } }, /routes/],
  ];
  for (const [config, fault] of faults) {
    const [status, code, said] = await asked(() => config);
    assert.deepEqual([status, code], [500, "gateway.config"], JSON.stringify(config));
    assert.match(said, fault);
  }
  assert.deepEqual(await asked(() => good), [200, "health.ok", undefined]);
});

test("options that are wrong throw when a gateway is made", () => {
  const config = () => ({});
  for (const options of [undefined, {}, { config: {} }, { config, state: {} }, { config, queue: {} }, { config, queue: { wake() {} } }, { config, log: 1 }, { config, fetch: 1 }, { config, now: 5 }, { config, fetcher: 1 }]) {
    assert.throws(() => createCohortGateway(options), TypeError);
  }
});

test("keys come from the environment of each request", async () => {
  const here = world();
  const seen = [];
  here.braze.answer = ({ keys }) => void seen.push(keys.client_secret);
  for (const clientSecret of ["one", "two"]) {
    here.keys = { ...here.keys, clientSecret };
    await here.page({ task: clientSecret, add: ["a"] });
  }
  assert.deepEqual(seen, ["one", "one", "two"]);
});

test("a log that throws or rejects changes nothing", async (t) => {
  const unhandled = [];
  const listen = (reason) => unhandled.push(reason);
  process.on("unhandledRejection", listen);
  t.after(() => process.off("unhandledRejection", listen));
  for (const log of [() => { throw new Error("x"); }, async () => { throw new Error("x"); }]) {
    const here = world({ queue: true });
    const gateway = createCohortGateway({
      config: () => ({ restEndpoint: "https://rest.braze.test", keys: here.keys, heap: { secret: SECRET } }), log,
      state: here.state, queue: { wake() {} }, fetch: here.braze.fetch, now: () => here.now,
    });
    here.gateway = gateway;
    assert.equal((await here.page({ add: ["ada"] })).status, 200);
    await here.settle();
    assert.deepEqual(here.braze.of(), ["ada"]);
  }
  await new Promise(setImmediate);
  assert.deepEqual(unhandled, []);
});

test("a mapping by the fields that the customer filled in", async () => {
  const here = world({ config: { heap: { secret: SECRET, mapping: ([{ id, type, value }]) => (id === "identity" && type === "identity_mapping" && value === "external_id" ? "device_ids" : "user_ids") } } });
  await here.page({ add: ["ada"] });
  assert.deepEqual(here.braze.of(), ["device ada"]);
  for (const [mapping, status] of [[() => { throw new Error("SECRET"); }, 500], [() => "SECRET", 500], [() => undefined, 200]]) {
    here.config = { heap: { secret: SECRET, mapping } };
    const answer = await here.page({ add: ["bob"], task: `${mapping}` });
    assert.equal(answer.status, status);
    if (status === 500) assert.equal(answer.code, "gateway.route");
  }
});

test("a mapping that reads and plans something else meanwhile", async () => {
  const other = webhook({ add: ["eve"], remove: ["mallory"], task: "other" });
  const busy = () => {
    assert.equal(readHeapWebhook(other).ok && planCohortImport(other, { partner: "acme" }).ok, true);
    return "user_ids";
  };
  for (const mode of ["check", "plan"]) {
    const here = world({ config: { mode, heap: { secret: SECRET, mapping: busy } } });
    const answer = await here.page({ add: ["ada", "bob", "ada"], remove: ["cyd"] });
    assert.deepEqual([answer.status, answer.received, answer.ids], [200, 4, 3]);
    assert.deepEqual(here.braze.of(), mode === "check" ? [] : ["ada", "bob"]);
  }
});

test("it is a worker's default export, and hands on what waits", async () => {
  const here = world({ queue: true });
  const waiting = [];
  assert.equal(here.gateway.fetch, here.gateway);
  const { gateway } = here;
  here.gateway = (request, env) => gateway.fetch(request, env, { waitUntil: (promise) => waiting.push(promise) });
  await here.page({ add: ["ada"] });
  await Promise.all(waiting);
  assert.equal(waiting.length, 1);
  assert.deepEqual(here.braze.of(), ["ada"]);
});

test("a route may ask for a header's value, of which no other one is let in", async () => {
  const given = async (value, header) => {
    const here = routed({ ok: true, sources: [] }, { authorize: { header: "X-Key", value } });
    return (await other(here, "{}", header === undefined ? {} : { "x-key": header })).status;
  };
  for (const value of ["long and right", ["old", "long and right"]]) {
    assert.equal(await given(value, "long and right"), 200);
    for (const wrong of [undefined, "", "long and righ", "long and right!", "Long and right", "old, long and right", "x".repeat(1_000)]) {
      assert.equal(await given(value, wrong), 401, wrong);
    }
  }
  assert.equal(await given(["old", "new"], "old"), 200);
  for (const authorize of [{}, { header: "x" }, { header: "", value: "v" }, { header: "x y", value: "v" }, { header: "x", value: "" }, { header: "x", value: [] }, { header: "x", value: ["a", ""] }, { header: "x", value: "v", more: 1 }]) {
    const here = routed({ ok: true, sources: [] }, { authorize });
    assert.equal((await other(here)).code, "gateway.config");
    assert.match(here.log[0].fault, /^config\.routes authorize/);
  }
});
