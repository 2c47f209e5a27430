import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { KEYS, webhook } from "../support/bodies.mjs";
import { encode, full, project } from "../support/package.mjs";

const { Workspace, planCohortImport } = full;
const heap = { partner: "heap" };
const PROFILES = [
  { external_id: "ann", braze_id: "b1", devices: [{ device_id: "d-ann" }] },
  { external_id: "bo", user_aliases: [{ alias_name: "bo@x", alias_label: "email" }] },
  { braze_id: "b3", devices: [{ device_id: "d-anon" }] },
  { user_aliases: [{ alias_name: "cy@x", alias_label: "email" }] },
];
const ndjson = (profiles) => profiles.map((profile) => JSON.stringify(profile)).join("\n");
const loaded = async (options) => {
  const workspace = await Workspace.create(options);
  assert.deepEqual(await workspace.loadProfiles(ndjson(PROFILES)), { ok: true, loaded: 4, updated: 0, rejected: 0, covered: 0, problems: [], warnings: [] });
  return workspace;
};
const request = (...changes) => JSON.stringify({ ...KEYS, cohort_id: "7", cohort_changes: changes });
const ref = { partner: "heap", cohortId: "7" };

test("profiles are loaded from every form, cut anywhere", async () => {
  const text = ndjson(PROFILES);
  const bytes = encode(text);
  const stream = (size) => new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
      controller.close();
    },
  });
  const sources = [
    text, bytes, bytes.buffer, JSON.stringify(PROFILES), JSON.stringify({ users: PROFILES, message: "success" }), gzipSync(text),
    new Blob([text]), [new Blob([ndjson(PROFILES.slice(0, 2))]), new Blob([gzipSync(ndjson(PROFILES.slice(2)))])], stream(1), stream(37),
  ];
  for (const source of sources) {
    const workspace = await Workspace.create();
    const answer = await workspace.loadProfiles(source);
    assert.deepEqual([answer.ok, answer.loaded, workspace.userCount], [true, 4, 4]);
    workspace.free();
  }
});

test("a bad line is a problem with its line, and the rest is loaded", async () => {
  const workspace = await Workspace.create();
  const answer = await workspace.loadProfiles(`${JSON.stringify(PROFILES[0])}\n{"external_id":5}\n\n${JSON.stringify(PROFILES[1])}\nnothing`);
  assert.deepEqual([answer.ok, answer.loaded, answer.rejected], [false, 2, 2]);
  assert.deepEqual(answer.problems.map(({ code, line }) => [code, line]), [["profile.wrong_type", 2], ["json.syntax", 5]]);
  workspace.free();
});

test("a preview changes nothing, an application all, and again nothing more", async () => {
  const workspace = await loaded();
  const body = request({ user_ids: ["ann", "nobody", "ann"], device_ids: ["d-anon", "d-ann"], aliases: [{ alias_name: "cy@x", alias_label: "email" }] }, { user_ids: ["bo"], should_remove: true });
  const preview = workspace.previewCohortRequest(body, heap);
  assert.deepEqual(workspace.cohorts(), []);
  assert.equal(preview.cohort.known, false);
  const applied = workspace.applyCohortRequest(encode(body), heap);
  assert.deepEqual(applied.report, preview);
  assert.deepEqual([applied.ok, applied.added, applied.removed, applied.unchanged, applied.unmatched], [true, 3, 0, 1, 2]);
  assert.deepEqual(preview.totals, { rows: 7, ids: 7, distinctIds: 6, people: 4 });
  const { outcomes } = preview;
  assert.equal(Object.values(outcomes).reduce((sum, count) => sum + count), 7);
  assert.deepEqual(Object.entries(outcomes).filter(([, count]) => count), [
    ["matched_external_id", 2], ["matched_alias", 1], ["matched_device_id", 1], ["unknown_external_id", 1],
    ["device_of_identified_user", 1], ["duplicate", 1],
  ]);
  assert.deepEqual(workspace.cohorts(), [{ ...ref, name: "7", memberCount: 3 }]);
  const members = workspace.cohortMembers(ref);
  assert.deepEqual([members.count, members.members], [3, [{ external_id: "ann" }, { braze_id: "b3" }, { alias: { alias_name: "cy@x", alias_label: "email" } }]]);
  assert.deepEqual(workspace.cohortMembers(ref, { offset: 1, limit: 1 }).members, [{ braze_id: "b3" }]);
  const again = workspace.applyCohortRequest(body, heap);
  assert.deepEqual([again.added, again.removed, again.unchanged, again.report.cohort.known], [0, 0, 4, true]);
  workspace.free();
});

test("rows say what became of each id, in pages and by outcome", async () => {
  const workspace = await loaded();
  const { report } = workspace.applyCohortRequest(request({ user_ids: ["nobody", "ann"] }, { aliases: [{ alias_name: "bo@x", alias_label: "email" }], should_remove: true }), heap);
  const rows = [
    { request: 0, item: 0, list: "user_ids", index: 0, outcome: "unknown_external_id", effect: "none" },
    { request: 0, item: 0, list: "user_ids", index: 1, outcome: "matched_external_id", effect: "adds", user: { external_id: "ann" } },
    { request: 0, item: 1, list: "aliases", index: 0, outcome: "matched_alias", effect: "not_a_member", user: { external_id: "bo" } },
  ];
  assert.deepEqual(workspace.matchReportRows(report), rows);
  assert.deepEqual(workspace.matchReportRows(report, { offset: 1, limit: 1 }), [rows[1]]);
  assert.deepEqual(workspace.matchReportRows(report, { offset: 9 }), []);
  assert.deepEqual(workspace.matchReportRows(report, { outcome: "matched_alias" }), [rows[2]]);
  workspace.previewCohortRequest(request({ user_ids: ["bo"] }), heap);
  assert.deepEqual(workspace.matchReportRows(report), rows, "also after later calls");
  assert.throws(() => workspace.matchReportRows(structuredClone(report)), TypeError);
  assert.throws(() => workspace.matchReportRows(report, { outcome: "lost" }), TypeError);
  const other = await loaded();
  assert.throws(() => other.matchReportRows(report), TypeError);
  other.free();
  workspace.free();
});

test("the types name every outcome and every effect, and no other", async () => {
  const types = ["edge.d.ts", "known.d.ts", "types.d.ts"].map((file) => readFileSync(join(project, "node_modules/kohort", file), "utf8")).join();
  const words = (text) => [...text.matchAll(/"([a-z_]+)"/g)].map(([, word]) => word);
  const union = (name) => words(new RegExp(`type ${name} =([^;]*);`).exec(types)[1]);
  const source = readFileSync(new URL("../../../src/cohort/matching.rs", import.meta.url), "utf8");
  const table = (name) => words(new RegExp(`${name} \\{\\n([^}]*)\\}`).exec(source)[1]);
  const workspace = await loaded();
  const { outcomes } = workspace.previewCohortRequest(request({ user_ids: ["ann"] }), heap);
  assert.deepEqual(union("MatchOutcome"), table("Outcome"));
  assert.deepEqual(Object.keys(outcomes), table("Outcome"));
  assert.deepEqual(union("MatchEffect"), table("Effect"));
  workspace.free();
});

test("rows are downloaded as CSV or NDJSON", async () => {
  const workspace = await Workspace.create();
  await workspace.loadProfiles(ndjson([{ external_id: 'a,"b"\n' }, { user_aliases: [{ alias_name: "n", alias_label: "l" }] }]));
  const { report } = workspace.applyCohortRequest(request({ user_ids: ['a,"b"\n', "x"], aliases: [{ alias_name: "n", alias_label: "l" }] }), heap);
  const csv = workspace.matchReportBlob(report, { format: "csv" });
  assert.equal(csv.type, "text/csv");
  assert.equal(await csv.text(), [
    "request,item,list,index,outcome,effect,external_id,alias_name,alias_label,braze_id,device_id",
    '0,0,user_ids,0,matched_external_id,adds,"a,""b""\n",,,,',
    "0,0,user_ids,1,unknown_external_id,none,,,,,",
    "0,0,aliases,0,matched_alias,adds,,n,l,,", "",
  ].join("\r\n"));
  const lines = (await workspace.matchReportBlob(report, { format: "ndjson" }).text()).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => JSON.parse(line)), workspace.matchReportRows(report));
  assert.throws(() => workspace.matchReportBlob(report, { format: "xml" }), TypeError);
  workspace.free();
});

test("rows tell the ids as received, also of who is unknown, where the request is given again", async () => {
  const workspace = await loaded();
  const pair = { alias_name: 'no,"one"', alias_label: "email" };
  const body = request({ user_ids: ["nobody", "ann"] }, { aliases: [pair], should_remove: true });
  const { report } = workspace.applyCohortRequest(body, heap);
  const ids = ["nobody", "ann", pair];
  for (const source of [body, encode(body), encode(`\ufeff${body}`), { requests: [{ path: "/partners/heap/cohorts/users", body }] }]) {
    const rows = workspace.matchReportRows(report, { source });
    assert.deepEqual(rows.map(({ id }) => id), ids);
    assert.deepEqual(rows.map(({ id, ...row }) => row), workspace.matchReportRows(report));
    assert.deepEqual(workspace.matchReportRows(report, { source, outcome: "unknown_alias" }).map(({ id }) => id), [pair]);
    const lines = (await workspace.matchReportBlob(report, { format: "ndjson", source }).text()).trimEnd().split("\n");
    assert.deepEqual(lines.map((line) => JSON.parse(line)), rows);
    const [plain, more] = [await workspace.matchReportBlob(report, { format: "csv" }).text(), await workspace.matchReportBlob(report, { format: "csv", source }).text()]
      .map((text) => text.split("\r\n"));
    const added = [",received_id,received_alias_label", ",nobody,", ",ann,", ',"no,""one""",email', ""];
    assert.deepEqual(more, plain.map((line, index) => line + added[index]));
  }
  for (const wrong of [request({ user_ids: ["one"] }), "{", "", "null", 5, null, { requests: [] }]) {
    assert.throws(() => workspace.matchReportRows(report, { source: wrong }), { name: "TypeError", message: /^source must be the request's body or the plan/ });
  }
  workspace.free();
});

test("a plan is applied as one, and names its cohort", async () => {
  const workspace = await loaded();
  const plan = planCohortImport(webhook({ add: ["ann", "bo"], remove: [], id: 7 }), { ...heap, createdAt: "2026-01-01T00:00:00Z" });
  const applied = workspace.applyCohortRequest(JSON.parse(JSON.stringify(plan)), heap);
  assert.deepEqual([applied.ok, applied.added], [true, 2]);
  assert.deepEqual(workspace.cohorts(), [{ ...ref, name: "Trials", createdAt: "2026-01-01T00:00:00Z", memberCount: 2 }]);
  assert.equal(workspace.matchReportRows(applied.report)[0].request, 1);
  workspace.free();
});

test("a plan for another partner is refused at its first request, and nothing changes", async () => {
  const workspace = await loaded();
  const options = { ...heap, createdAt: "2026-01-01T00:00:00Z" };
  const own = planCohortImport(webhook({ add: ["ann"] }), options);
  const other = planCohortImport(webhook({ add: ["ann"] }), { ...options, partner: "heap2" });
  const at = (requests) => ["previewCohortRequest", "applyCohortRequest"].map((call) =>
    workspace[call]({ requests }, heap).problems.map(({ code, path }) => [code, path]));
  const problem = (index) => ["request.partner_differs", `/requests/${index}/path`];
  assert.deepEqual(at(other.requests), Array(2).fill([problem(0)]));
  assert.deepEqual(at([own.requests[0], other.requests[1]]), Array(2).fill([problem(1)]));
  assert.deepEqual(at([{ ...own.requests[0], path: "/users/track" }]), Array(2).fill([problem(0)]));
  assert.deepEqual(workspace.cohorts(), []);
  for (const requests of [[null], [{}], [{ body: new Uint8Array() }]]) assert.throws(() => at(requests), /^TypeError: source\.requests must be/);
  assert.deepEqual(at(own.requests), [[], []]);
  workspace.free();
});

test("of several bodies the one that is too large is named", async () => {
  const workspace = await loaded();
  const { requests } = planCohortImport(webhook({ add: ["ann"] }), { ...heap, createdAt: "2026-01-01T00:00:00Z" });
  const [first, second] = requests;
  const long = { ...second, body: second.body + " ".repeat(1_000) };
  const paths = (...requests) => workspace.previewCohortRequest({ requests }, { ...heap, limits: { maxBytes: 900 } }).problems
    .map(({ code, path }) => [code, path]);
  assert.deepEqual(paths(first, long), [["limit.bytes", "/requests/1"]]);
  assert.deepEqual(paths(long), [["limit.bytes", ""]]);
  workspace.free();
});

test("a name request as deep as the limit is told from a users request", async () => {
  const workspace = await loaded();
  const deep = "[".repeat(100) + "]".repeat(100);
  const body = `{"odd":${deep},"partner_api_key":"p","client_secret":"c","cohort_id":"7","name":"N","created_at":"2026-01-01T00:00:00Z"}`;
  const preview = (maxDepth) => workspace.previewCohortRequest(body, { ...heap, limits: { maxDepth } });
  assert.equal(preview(200).ok, true);
  assert.deepEqual(preview(64).problems.map(({ code }) => code), ["json.too_deep"]);
  workspace.free();
});

test("what Braze would refuse is refused, and nothing changes", async () => {
  const workspace = await loaded();
  const plan = planCohortImport(webhook({ add: ["ann"], remove: [], id: 7 }), heap);
  const { revision } = workspace;
  const bad = { requests: [plan.requests[0], { ...plan.requests[0], body: '{"cohort_id":"7","cohort_changes":[{"user_ids":[5]}]}' }] };
  for (const source of ["", "{}", request({ user_ids: [1] }), bad]) {
    const answer = workspace.applyCohortRequest(source, heap);
    assert.ok(!answer.ok && answer.problems.length > 0);
  }
  assert.match(workspace.applyCohortRequest(bad, heap).problems[0].path, /^\/requests\/1\/cohort_changes\/0/);
  assert.deepEqual([workspace.cohorts(), workspace.revision], [[], revision]);
  assert.deepEqual(workspace.cohortMembers(ref).problems.map((problem) => problem.code), ["cohort.unknown"]);
  assert.deepEqual(workspace.cohortMembers({ ...ref, cohortId: "\ud800" }).problems.map((problem) => problem.code), ["cohort.unknown"]);
  workspace.free();
});

test("a second load meanwhile is told to wait, and counts in between see whole users", async () => {
  const workspace = await Workspace.create();
  let push;
  const stream = new ReadableStream({ start(controller) { push = controller; } });
  const first = workspace.loadProfiles(stream);
  push.enqueue(encode(`${JSON.stringify(PROFILES[0])}\n${JSON.stringify(PROFILES[1]).slice(0, 9)}`));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(workspace.userCount, 1);
  const second = await workspace.loadProfiles(ndjson(PROFILES));
  assert.deepEqual([second.ok, second.problems.map((problem) => problem.code), second.loaded], [false, ["workspace.busy"], 0]);
  push.enqueue(encode(JSON.stringify(PROFILES[1]).slice(9)));
  push.close();
  assert.deepEqual([(await first).loaded, workspace.userCount], [2, 2]);
  workspace.free();
});

test("after an abort what was taken stays, and a new load can begin", async () => {
  const workspace = await Workspace.create();
  const controller = new AbortController();
  const stream = new ReadableStream({ pull(to) { to.enqueue(encode(`${JSON.stringify(PROFILES[0])}\n`)); } });
  const load = workspace.loadProfiles(stream, { signal: controller.signal, onProgress: ({ bytes, loaded }) => { if (bytes > 200 && loaded) controller.abort(); } });
  await assert.rejects(load, { name: "AbortError" });
  assert.equal(workspace.userCount, 1);
  assert.equal((await workspace.loadProfiles(ndjson(PROFILES))).ok, true);
  workspace.free();
});

test("memory that runs out ends a load, with what was taken kept", async () => {
  const workspace = await Workspace.create({ limits: { maxMemoryBytes: 300_000 } });
  const profiles = Array.from({ length: 20_000 }, (_, index) => ({ external_id: `user-${index}` }));
  const answer = await workspace.loadProfiles(ndjson(profiles));
  assert.ok(!answer.ok && answer.loaded > 100 && answer.loaded < 20_000);
  assert.ok(answer.problems.some((problem) => problem.code === "limit.memory"));
  assert.equal(workspace.userCount, answer.loaded);
  workspace.free();
});

test("partners' keys are shown once, verified, rotated and revoked", async () => {
  const workspace = await Workspace.create();
  const { partners } = workspace;
  const first = partners.issue("heap", { now: 1000 });
  assert.match(first.key, /^kohort_[\w-]{43}$/);
  const info = { partner: "heap", id: first.id, issuedAt: 1000 };
  assert.deepEqual(partners.list(), [info]);
  assert.deepEqual(partners.verify("heap", first.key), info);
  assert.equal(partners.verify("heap", `${first.key}x`), undefined);
  assert.equal(partners.verify("segment", first.key), undefined);
  const second = partners.rotate("heap", { now: 2000, keepOldMs: 500 });
  assert.ok(partners.verify("heap", first.key, { now: 2400 }));
  assert.equal(partners.verify("heap", first.key, { now: 2600 }), undefined);
  assert.ok(partners.verify("heap", encode(second.key), { now: 2600 }));
  assert.deepEqual([partners.revoke("heap", second.id), partners.revoke("heap", second.id)], [true, false]);
  assert.equal(partners.verify("heap", second.key, { now: 2600 }), undefined);
  for (const call of [() => partners.issue("Heap"), () => partners.verify("heap", 5), () => partners.rotate("heap", { keepOldMs: -1 })]) assert.throws(call, TypeError);
  workspace.free();
});

test("mistakes in the program throw", async () => {
  await assert.rejects(Workspace.create({ limits: { maxMemoryBytes: "much" } }), TypeError);
  await assert.rejects(Workspace.create("x"), TypeError);
  const workspace = await Workspace.create();
  for (const call of [
    () => workspace.previewCohortRequest("{}"), () => workspace.previewCohortRequest("{}", { partner: "a/b" }), () => workspace.previewCohortRequest(5, heap),
    () => workspace.applyCohortRequest({ ok: false, problems: [] }, heap), () => workspace.cohortMembers(), () => workspace.cohortMembers({ partner: "heap" }),
    () => workspace.matchReportRows({}), () => workspace.matchReportRows(),
  ]) assert.throws(call, TypeError);
  await assert.rejects(workspace.loadProfiles(5), TypeError);
  assert.equal((await workspace.loadProfiles("")).ok, true, "a load that failed leaves none open");
  workspace.free();
  workspace.free();
  assert.throws(() => workspace.cohorts(), /freed/);
  assert.throws(() => workspace.partners.list(), /freed/);
  await assert.rejects(workspace.loadProfiles(""), /freed/);
});

test("what is odd about a request that is taken is told, in a preview and when it is applied", async () => {
  const workspace = await loaded();
  const codes = (list) => list.map(({ code, path }) => [code, path]);
  const body = `\ufeff${request({ user_ids: ["ann", "ann", " bo"], extra: 1 }, { user_ids: ["ann"], should_remove: true })}`;
  const expected = [
    ["json.bom", ""], ["id.duplicate", "/cohort_changes/0/user_ids/1"], ["lint.white_space", "/cohort_changes/0/user_ids/2"],
    ["field.unknown", "/cohort_changes/0/~?1"], ["id.conflict", "/cohort_changes/1/user_ids/0"],
  ];
  const preview = workspace.previewCohortRequest(body, heap);
  assert.deepEqual([preview.ok, codes(preview.problems), codes(preview.warnings)], [true, [], expected]);
  const applied = workspace.applyCohortRequest(body, heap);
  assert.deepEqual([applied.ok, codes(applied.warnings), codes(applied.report.warnings)], [true, expected, expected]);
  const name = JSON.stringify({ ...KEYS, cohort_id: "7", name: "n", created_at: "2021-01-21" });
  assert.deepEqual(codes(workspace.applyCohortRequest(name, heap).warnings), [["created_at.no_zone", "/created_at"]]);
  // In a plan each finding says which request it is of.
  const plan = planCohortImport(webhook({ add: [" ann"], remove: [] }), { ...heap, createdAt: "2021-01-21" });
  assert.deepEqual(codes(workspace.previewCohortRequest(plan, heap).warnings), [
    ["created_at.no_zone", "/requests/0/created_at"], ["lint.white_space", "/requests/1/cohort_changes/0/user_ids/0"],
  ]);
  assert.deepEqual(workspace.previewCohortRequest(request({ user_ids: ["ann"] }), heap).warnings, []);
  workspace.free();
});

test("a device's id among user ids is warned of, once, where it is nobody's external id", async () => {
  const workspace = await loaded();
  const warned = (...changes) => workspace.previewCohortRequest(request(...changes), heap).warnings.map(({ code, path, severity }) => [code, path, severity]);
  const at = (path) => [["lint.device_id_as_user_id", path, "warning"]];
  assert.deepEqual(warned({ user_ids: ["ann", "nobody", "d-ann", "d-anon"] }), at("/cohort_changes/0/user_ids/2"));
  assert.deepEqual(warned({ device_ids: ["d-ann"] }, { user_ids: ["x"] }, { user_ids: ["d-anon"] }), at("/cohort_changes/2/user_ids/0"));
  const many = Array.from({ length: 32 }, (_, n) => `n${n}`);
  assert.deepEqual(warned({ user_ids: [...many, "d-ann"] }), []);
  assert.deepEqual(warned({ user_ids: ["ann"], device_ids: ["d-ann"] }), []);
  const directory = full.Directory.build(ndjson(PROFILES));
  const planned = (source, options) => planCohortImport(source, { ...heap, directory, ...options }).warnings.map(({ code, path, severity }) => [code, path, severity]);
  assert.deepEqual(planned(webhook({ add: ["ann", "d-anon"], remove: ["d-ann"] })), at("/add/1"));
  assert.deepEqual(planned([webhook({ add: ["ann"], remove: ["d-ann"] })]), at("/0/remove/0"));
  assert.deepEqual(planned(webhook({ add: ["d-anon"] }), { mapping: "device_ids" }), []);
  assert.deepEqual(planned(webhook({ add: [...many, "d-ann"], remove: [] })), []);
  directory.free();
  workspace.free();
});

test("a request is read as far as the options say", async () => {
  const workspace = await loaded();
  const body = request({ user_ids: Array(20).fill(5) });
  const codes = (options) => workspace.previewCohortRequest(body, { ...heap, ...options }).problems.map(({ code }) => code);
  assert.deepEqual(codes({ maxProblems: 2 }), ["id.not_a_string", "id.not_a_string", "limit.too_many_problems"]);
  assert.deepEqual(codes({ limits: { maxBytes: 50 } }), ["limit.bytes"]);
  assert.deepEqual(codes({ limits: { maxDepth: 2 } }), ["json.too_deep"]);
  workspace.free();
});

test("the revision rises with a change, and with nothing else", async () => {
  const workspace = await loaded();
  const body = request({ user_ids: ["ann"] });
  const before = workspace.revision;
  workspace.previewCohortRequest(body, heap);
  assert.equal(workspace.revision, before);
  workspace.applyCohortRequest(body, heap);
  assert.equal(workspace.revision, before + 1);
  workspace.applyCohortRequest(body, heap);
  assert.equal(workspace.revision, before + 1, "applied again it changes nothing");
  workspace.free();
});

test("a signal stops a load whose source is silent, and the workspace can load again", async () => {
  const workspace = await Workspace.create();
  let cancelled = false;
  const silent = (first) => new ReadableStream({
    start(controller) { if (first) controller.enqueue(typeof first === "string" ? encode(first) : first); },
    cancel() { cancelled = true; return new Promise(() => {}); },
  });
  const gzip = gzipSync("x").subarray(0, 12);
  // Not AbortSignal.timeout, whose timer does not keep Node running.
  const soon = () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    return controller.signal;
  };
  for (const first of ['{"external_id":"a"}\n', undefined, new Uint8Array(gzip)]) {
    await assert.rejects(workspace.loadProfiles(silent(first), { signal: soon() }), { name: "AbortError" });
  }
  assert.ok(cancelled);
  assert.equal((await workspace.loadProfiles('{"external_id":"c"}')).ok, true);
  await assert.rejects(full.diffCohortStream(silent(), "a", { signal: soon() }), { name: "AbortError" });
  await assert.rejects(full.Directory.build(silent(), { signal: soon() }), { name: "AbortError" });
  const stopped = AbortSignal.abort();
  await assert.rejects(full.diffCohortStream(silent(), "a", { signal: stopped }), { name: "AbortError" });
  for (const wrong of [{ signal: {} }, { onProgress: 5 }]) {
    await assert.rejects(workspace.loadProfiles("", wrong), /must be an AbortSignal|must be a function/);
  }
  workspace.free();
});

test("bytes that were given away are a mistake, not an empty text", async () => {
  const detached = () => {
    const bytes = encode("a\nb");
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    return bytes;
  };
  const workspace = await Workspace.create();
  assert.throws(() => full.diffCohort("a\nb", detached()), /detached/);
  await assert.rejects(full.diffCohortStream("a\nb", detached()), /detached/);
  await assert.rejects(workspace.loadProfiles(detached()), /detached/);
  assert.throws(() => full.Directory.build(detached()), /detached/);
  const stream = new ReadableStream({ start(controller) {
    const bytes = new Uint8Array(3);
    controller.enqueue(bytes);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    controller.close();
  } });
  await assert.rejects(full.diffCohortStream("a\nb", stream), /detached/);
  const late = encode('{"external_id":"a"}\n');
  const loading = workspace.loadProfiles(late);
  structuredClone(late.buffer, { transfer: [late.buffer] });
  await assert.rejects(loading, /detached/);
  workspace.free();
});
