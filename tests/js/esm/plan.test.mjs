import assert from "node:assert/strict";
import test from "node:test";
import { drain, webhook } from "../support/bodies.mjs";
import { edge, encode } from "../support/package.mjs";

const { planCohortImport, readHeapWebhook, withKeys, checkCohortRequest } = edge;
const heap = { partner: "heap" };
const ids = (count, prefix = "id") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const codes = (list) => list.map((problem) => problem.code);

test("a page becomes the fewest requests, each of which the check lets through", () => {
  const plan = planCohortImport(webhook({ add: ids(1_500), remove: ids(600, "gone") }), heap);
  assert.ok(plan.ok);
  assert.deepEqual(plan.requests.map((request) => request.ids), [1000, 1000, 100]);
  assert.equal(plan.report.sent, 2100);
  let index = 0;
  for (const request of plan.requests) {
    assert.equal(request.path, "/partners/heap/cohorts/users");
    assert.match(request.idempotencyKey, /^[0-9a-f]{64}$/);
    const { body } = withKeys(request, { partnerApiKey: 'k"ey', clientSecret: "sécret" });
    const answer = checkCohortRequest(body, { endpoint: "users", strict: true, keys: { partnerApiKey: 'k"ey', clientSecret: "sécret" } });
    assert.deepEqual([answer.problems, answer.warnings], [[], []]);
    assert.equal(answer.counts.total, request.ids);
    assert.equal(request.origin.length, request.ids);
    for (const origin of request.origin) {
      assert.deepEqual(origin, index < 1500 ? { page: 0, list: "add", index } : { page: 0, list: "remove", index: index - 1500 });
      index++;
    }
  }
  assert.equal(new Set(plan.requests.map((request) => request.idempotencyKey)).size, 3);
});

test("bytes, text, an answer, a stored answer and one with arrays of ids give the same plan", () => {
  const body = webhook({ add: ["ada", "gräce", "a\"b\\c\n"], name: "Tri\"als" });
  const answer = readHeapWebhook(body);
  const stored = structuredClone(answer);
  const arrays = { ...answer, add: [...answer.add], remove: [...answer.remove] };
  const plans = [body, encode(body), answer, stored, JSON.parse(JSON.stringify(arrays))].map((source) =>
    JSON.stringify(planCohortImport(source, { ...heap, createdAt: "2026-01-01T00:00:00Z" })));
  for (const plan of plans) assert.equal(plan, plans[0]);
  assert.deepEqual(JSON.parse(JSON.parse(plans[0]).requests[0].body), { cohort_id: "1338065", name: 'Tri"als', created_at: "2026-01-01T00:00:00Z" });
});

test("a plan is stored by JSON and by structuredClone", () => {
  const plan = planCohortImport(webhook(), heap);
  const expected = {
    path: "/partners/heap/cohorts/users",
    body: '{"cohort_id":"1338065","cohort_changes":[{"user_ids":["ada","grace"]},{"user_ids":["alan"],"should_remove":true}]}',
    idempotencyKey: plan.requests[0].idempotencyKey,
    ids: 3,
    origin: [{ page: 0, list: "add", index: 0 }, { page: 0, list: "add", index: 1 }, { page: 0, list: "remove", index: 0 }],
  };
  assert.deepEqual(structuredClone(plan).requests, [expected]);
  assert.deepEqual(JSON.parse(JSON.stringify(plan)).requests, [expected]);
  assert.deepEqual({ ...plan.requests[0] }, expected);
  assert.equal(plan.requests[0].origin, plan.requests[0].origin);
});

test("pages of one sync are planned together, in any order, and the later page wins", () => {
  const pages = [
    webhook({ page: 2, of: 2, add: [], remove: ["ada"] }),
    readHeapWebhook(webhook({ page: 1, of: 2, add: ["ada", "bo"], remove: [] })),
  ];
  const plan = planCohortImport(pages, heap);
  assert.deepEqual(JSON.parse(plan.requests[0].body).cohort_changes, [{ user_ids: ["bo"] }, { user_ids: ["ada"], should_remove: true }]);
  assert.deepEqual(plan.requests[0].origin, [{ page: 1, list: "add", index: 1 }, { page: 0, list: "remove", index: 0 }]);
  assert.deepEqual(codes(plan.warnings), ["plan.superseded"]);
  assert.equal(plan.report.superseded, 1);
  assert.deepEqual(codes(planCohortImport([pages[0], pages[0]], heap).problems), ["plan.pages"]);
  assert.deepEqual(codes(planCohortImport([], heap).problems), ["plan.pages"]);
});

test("problems of a page begin with its index", () => {
  const { ok, problems } = planCohortImport([webhook(), '{"data":1}'], heap);
  assert.equal(ok, false);
  assert.ok(problems.length > 0 && problems.every((problem) => problem.path.startsWith("/1")));
});

test("an id in both lists is decided as the caller says", () => {
  const body = webhook({ add: ["ada"], remove: ["ada"] });
  const changes = (conflict) => JSON.parse(planCohortImport(body, { ...heap, conflict }).requests[0].body).cohort_changes;
  assert.deepEqual(changes(), [{ user_ids: ["ada"], should_remove: true }]);
  assert.deepEqual(changes("add"), [{ user_ids: ["ada"] }]);
  assert.deepEqual(planCohortImport(body, heap).report.conflictOrigins, [{ page: 0, list: "add", index: 0 }]);
  const { ok, problems } = planCohortImport(body, { ...heap, conflict: "reject" });
  assert.deepEqual([ok, problems.map(({ code, path }) => [code, path])], [false, [["plan.conflict", "/add/0"]]]);
});

test("mappings say what the ids are", () => {
  const change = (mapping) => JSON.parse(planCohortImport(webhook({ add: ["a"], remove: [] }), { ...heap, mapping }).requests[0].body).cohort_changes[0];
  assert.deepEqual(change("user_ids"), { user_ids: ["a"] });
  assert.deepEqual(change("device_ids"), { device_ids: ["a"] });
  assert.deepEqual(change({ aliases: { alias_label: 'l"1' } }), { aliases: [{ alias_name: "a", alias_label: 'l"1' }] });
});

test("a drain needs the members and a name", () => {
  assert.deepEqual(codes(planCohortImport(drain(), heap).problems), ["plan.needs_snapshot", "plan.needs_sync_id"]);
  const bytes = encode("annbo");
  const lists = [["ann", "bo"], { bytes, offsets: Uint32Array.of(0, 3, 5) }, { bytes: encode("xannbo"), offsets: Uint32Array.of(9, 1, 4, 6).subarray(1) }];
  for (const members of lists) {
    const plan = planCohortImport(drain(), { ...heap, members, syncId: "d1" });
    assert.deepEqual(JSON.parse(plan.requests[0].body).cohort_changes, [{ user_ids: ["ann", "bo"], should_remove: true }]);
    assert.deepEqual(plan.requests[0].origin[1], { page: 0, list: "members", index: 1 });
  }
  const wrong = planCohortImport(drain(), { ...heap, members: { bytes, offsets: Uint32Array.of(0, 9) }, syncId: "d1" });
  assert.deepEqual(wrong.problems.map(({ code, path }) => [code, path]), [["ids.offsets", "/members/0"]]);
  assert.deepEqual(codes(planCohortImport(drain(), { ...heap, members: ["a", "\ud800"], syncId: "d1" }).problems), ["json.lone_surrogate"]);
  assert.deepEqual(codes(planCohortImport(drain(), { ...heap, members: ["a"], syncId: "\ud800" }).problems), ["json.lone_surrogate"]);
});

test("a name request comes first when it is asked for, and its time is checked", () => {
  const plan = planCohortImport(webhook(), { ...heap, createdAt: "2026-01-01T00:00:00+01:00", cohort: { cohortId: "c-9", name: "Nine" } });
  assert.equal(plan.requests.length, 2);
  assert.equal(plan.requests[0].path, "/partners/heap/cohorts");
  assert.deepEqual([plan.requests[0].ids, plan.requests[0].origin], [0, []]);
  assert.equal(JSON.parse(plan.requests[1].body).cohort_id, "c-9");
  assert.deepEqual(planCohortImport(webhook(), { ...heap, createdAt: "yesterday" }).problems.map(({ code, path }) => [code, path]), [["created_at.invalid", "/createdAt"]]);
});

test("keys name a repeat within one sync and nothing else", () => {
  const key = (options, given) => planCohortImport(webhook(options), { ...heap, ...given }).requests[0].idempotencyKey;
  assert.equal(key({ add: ["a", "b"], remove: [] }), key({ add: ["b", "a"], remove: [] }), "order means nothing");
  const keys = [key(), key({ task: "task-2" }), key({ page: 1, of: 2, task: "x" }), key({}, { syncId: "mine" }), key({ add: ["ada"] }), key({ id: 5 })];
  assert.equal(new Set(keys).size, keys.length);
});

test("half a character of a stored webhook is a problem, and no other character", () => {
  const read = readHeapWebhook(webhook());
  for (const [stored, path] of [
    [{ ...read, segment: { id: "\ud800", name: "n" } }, "/segment/id"], [{ ...read, segment: { id: "1", name: "\udc00" } }, "/segment/name"],
    [{ ...read, page: { ...read.page, syncTaskId: "t\ud83d" } }, "/page/syncTaskId"],
  ]) {
    const { ok, problems } = planCohortImport(stored, heap);
    assert.deepEqual([ok, problems.map(({ code, path }) => code + path)], [false, [`json.lone_surrogate${path}`]]);
  }
});

test("an empty text names no sync", () => {
  assert.deepEqual(planCohortImport(webhook({ task: "" }), heap).warnings.map(({ code }) => code), ["plan.no_sync_id"]);
  const given = planCohortImport(webhook(), { ...heap, syncId: "" });
  assert.equal(given.requests[0].idempotencyKey, planCohortImport(webhook(), heap).requests[0].idempotencyKey);
  assert.deepEqual(planCohortImport(drain(), { ...heap, members: ["ada"], syncId: "" }).problems.map(({ code }) => code), ["plan.needs_sync_id"]);
});

test("arguments of wrong types throw", () => {
  const good = webhook();
  for (const options of [undefined, {}, { partner: "Heap" }, { partner: "a/b" }, { partner: 5 }, { ...heap, mapping: "emails" },
    { ...heap, mapping: { aliases: { alias_label: 5 } } }, { ...heap, conflict: "maybe" }, { ...heap, createdAt: new Date() }, { ...heap, syncId: 5 },
    { ...heap, cohort: { cohortId: "x" } }, { ...heap, cohort: null }, { ...heap, mapping: { aliases: { alias_label: "" } } }, { ...heap, members: "a\nb" }, { ...heap, members: [1] }]) {
    assert.throws(() => planCohortImport(good, options), TypeError);
  }
  const read = readHeapWebhook(good);
  const pages = [{ pageNumber: "1" }, { pageNumber: 1.5 }, { pageNumber: Infinity, totalPages: Infinity }, { pageNumber: 2 }, { pageNumber: 0 }];
  for (const source of [5, null, {}, readHeapWebhook("{}"), { action: "sync" }, { ...read, segment: { id: 5, name: "x" } },
    { ...read, page: 0 }, { ...read, page: {} }, ...pages.map((page) => ({ ...read, page: { ...read.page, ...page } }))]) {
    assert.throws(() => planCohortImport(source, heap), TypeError);
  }
  const [request] = planCohortImport(good, heap).requests;
  const keys = { partnerApiKey: "a", clientSecret: "b" };
  for (const call of [
    () => withKeys(request, { partnerApiKey: "a" }), () => withKeys(request, { partnerApiKey: "", clientSecret: "b" }),
    () => withKeys({ path: "/x", body: '{"a":1}' }, keys), () => withKeys(withKeys(request, keys), keys),
    () => withKeys(request, { ...keys, clientSecret: "\ud800" }), () => withKeys(request), () => withKeys({ path: "/x", body: { a: 1 } }, { partnerApiKey: "a", clientSecret: "b" }),
  ]) assert.throws(call, TypeError);
});

test("a plan reads webhooks as far as its options say", () => {
  const large = webhook({ add: ids(1_000) });
  const refused = (options) => {
    const { ok, problems } = planCohortImport(large, { ...heap, ...options });
    assert.ok(!ok);
    return codes(problems);
  };
  assert.ok(planCohortImport(large, heap).ok);
  assert.deepEqual(refused({ limits: { maxBytes: 1_000 } }), ["limit.bytes"]);
  const pages = planCohortImport([webhook({ add: ["ann"] }), large], { ...heap, limits: { maxBytes: 1_000 } });
  assert.equal(pages.problems[0].path, "/1");
  assert.deepEqual(refused({ limits: { maxDepth: 2 } }), ["json.too_deep"]);
  const faults = JSON.parse(large);
  faults.data.add = [...Array(20).keys()];
  const { problems } = planCohortImport(JSON.stringify(faults), { ...heap, maxProblems: 5 });
  assert.deepEqual(codes(problems), [...Array(5).fill("heap.entry_not_an_object"), "limit.too_many_problems"]);
});

test("an option's fault stands at the option", () => {
  const at = (options) => planCohortImport(webhook(), { ...heap, ...options }).problems.map(({ code, path }) => code + path);
  assert.deepEqual(at({ cohort: { cohortId: "", name: "" }, createdAt: "2026-11-23T09:00:00Z" }), ["cohort_id.empty/cohort/cohortId", "name.empty/cohort/name"]);
  assert.deepEqual(at({ mapping: { aliases: { alias_label: "\ud800" } } }), ["json.lone_surrogate/mapping/aliases/alias_label"]);
  assert.deepEqual(at({ cohort: { cohortId: "c", name: "\udc00" } }), ["json.lone_surrogate/cohort/name"]);
});

test("pages of a sync that are planned together are expected to be all", () => {
  const pages = [1, 2, 3].map((number) => {
    const body = JSON.parse(webhook({ add: [`id-${number}`], remove: [] }));
    Object.assign(body.data.sync_info, { page_number: number, total_pages: 3 });
    return JSON.stringify(body);
  });
  const warned = (source) => codes(planCohortImport(source, heap).warnings);
  assert.deepEqual(warned(pages), []);
  assert.deepEqual(warned(pages.slice(1)), ["plan.pages_missing"]);
  // A page by itself is what a worker plans.
  assert.deepEqual(warned(pages[1]), []);
});

test("a hole among the pages is a mistake in the program", () => {
  assert.throws(() => planCohortImport([, webhook()], heap), TypeError);
});

test("where the ids of a conflict stood is told rightly whatever the memory held before", () => {
  const page = (number, total, add, remove) => ({
    action: "sync", segment: { id: "1", name: "s" },
    page: { syncTaskId: "t", pageNumber: number, totalPages: total }, add, remove,
  });
  for (let round = 0; round < 50; round++) {
    for (const conflict of ["add", "remove"]) {
      planCohortImport([page(1, 1, ["c"], ["c", "a", "c"])], { partner: "heap", conflict });
      const { report } = planCohortImport([page(1, 2, [], []), page(2, 2, ["a"], ["a"])], { partner: "heap", conflict });
      const list = conflict === "add" ? "remove" : "add";
      assert.deepEqual(report.conflictOrigins, [{ page: 1, list, index: 0 }]);
    }
  }
});
