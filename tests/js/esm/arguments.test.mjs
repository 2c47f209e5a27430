// Arguments that are mistakes in the program: what is thrown says what to pass.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import vm from "node:vm";
import { inspect } from "node:util";
import { usersRequest, webhook } from "../support/bodies.mjs";
import { edge, encode, full, project } from "../support/package.mjs";

const heap = { partner: "heap" };

test("a misspelt option is named, with those that there are", async () => {
  const workspace = await full.Workspace.create();
  const { report } = workspace.applyCohortRequest(usersRequest(2), heap);
  const directory = edge.Directory.build('{"external_id":"ann"}');
  const users = { endpoint: "users" };
  const calls = [
    ["options", "endpoint, strict, keys, restEndpoint, lints, maxProblems, limits", (wrong) => edge.checkCohortRequest("{}", { ...users, ...wrong })],
    ["options", "endpoint, strict", (wrong) => edge.createCohortChecker({ ...users, ...wrong })],
    ["keys", "partnerApiKey, clientSecret", (keys) => edge.checkCohortRequest("{}", { ...users, keys })],
    ["limits", "maxBytes, maxDepth", (limits) => edge.checkCohortRequest("{}", { ...users, limits })],
    ["options", "secret, now, maxAgeMs, maxFutureMs", (wrong) => edge.verifyHeapSignature("", "", { secret: "s", ...wrong })],
    ["options", "maxProblems, limits", (wrong) => edge.readHeapWebhook("", wrong)],
    ["options", "partner, mapping, createdAt, cohort, conflict, members, syncId, directory, maxProblems, limits", (wrong) => edge.planCohortImport(webhook(), { ...heap, ...wrong })],
    ["cohort", "cohortId, name", (cohort) => edge.planCohortImport(webhook(), { ...heap, cohort: { cohortId: "7", name: "n", ...cohort } })],
    ["mapping", "aliases", (mapping) => edge.planCohortImport(webhook(), { ...heap, mapping: { aliases: { alias_label: "email" }, ...mapping } })],
    ["mapping.aliases", "alias_label", (aliases) => edge.planCohortImport(webhook(), { ...heap, mapping: { aliases: { alias_label: "email", ...aliases } } })],
    ["keys", "partnerApiKey, clientSecret", (keys) => edge.withKeys(edge.planCohortImport(webhook(), heap).requests[0], { partnerApiKey: "p", clientSecret: "c", ...keys })],
    ["response", "status, headers, body, now", (response) => edge.classifyResponse({ status: 200, ...response })],
    ["options", "releaseInProgress", (wrong) => new edge.SyncGuard(undefined, wrong)],
    ["options", "signal, onProgress, limits", (wrong) => edge.diffCohortStream("", "", wrong)],
    ["limits", "maxBytes", (limits) => edge.diffCohortStream("", "", { limits })],
    ["options", "mode, signal, maxProblems, limits", (wrong) => edge.Directory.build("", wrong)],
    ["limits", "maxMemoryBytes, maxBytes", (limits) => edge.Directory.build("", { limits })],
    ["ids", "externalIds, deviceIds, aliases", (ids) => directory.lookup(ids)],
    ["options", "limits, identifiedAliasesOnly, now, timeZone", (wrong) => full.Workspace.create(wrong)],
    ["limits", "maxMemoryBytes", (limits) => full.Workspace.create({ limits })],
    ["options", "signal, onProgress, format, asOf, coordinateOrder, maxProblems, limits", (wrong) => workspace.loadProfiles("", wrong)],
    ["limits", "maxBytes", (limits) => workspace.loadProfiles("", { limits })],
    ["options", "partner, maxProblems, limits", (wrong) => workspace.previewCohortRequest("{}", { ...heap, ...wrong })],
    ["options", "partner, maxProblems, limits", (wrong) => workspace.applyCohortRequest("{}", { ...heap, ...wrong })],
    ["options", "offset, limit", (wrong) => workspace.cohortMembers({ ...heap, cohortId: "c1" }, wrong)],
    ["options", "offset, limit, outcome, source", (wrong) => workspace.matchReportRows(report, wrong)],
    ["options", "format, source", (wrong) => workspace.matchReportBlob(report, { format: "csv", ...wrong })],
    ["options", "now", (wrong) => workspace.partners.issue("heap", wrong)],
    ["options", "now, keepOldMs", (wrong) => workspace.partners.rotate("heap", wrong)],
    ["options", "now", (wrong) => workspace.partners.verify("heap", "key", wrong)],
  ];
  const said = async (call, wrong) => {
    try {
      await call(wrong);
    } catch (error) {
      assert.ok(error instanceof TypeError);
      return error.message;
    }
    return "nothing";
  };
  for (const [name, known, call] of calls) {
    const message = await said(call, { misspelt: undefined });
    assert.ok(message.startsWith(`${name}.misspelt is none of ${known}`), `${call}: ${message}`);
    // What stands where options should may be anything, also a person's id.
    assert.doesNotMatch(await said(call, { "ann@example.com": 1 }), /ann@/, String(call));
  }
  directory.free();
  workspace.free();
});

test("what a call answered may be passed on, though it holds more than is asked for", async () => {
  const workspace = await full.Workspace.create();
  workspace.applyCohortRequest(usersRequest(2), heap);
  assert.equal(workspace.cohortMembers(workspace.cohorts()[0]).ok, true);
  const [request] = edge.planCohortImport(webhook(), heap).requests;
  assert.equal(edge.withKeys(request, { partnerApiKey: "p", clientSecret: "c" }).path, request.path);
  workspace.free();
});

test("what only calls make cannot be made by `new`", () => {
  for (const kohort of [edge, full]) {
    for (const given of [[], [{}], [null], [{ limits: {} }]]) {
      assert.throws(() => new kohort.Directory(...given), { name: "TypeError", message: /Directory\.build/ });
      assert.throws(() => new full.Workspace(...given), { name: "TypeError", message: /await Workspace\.create\(\)/ });
    }
  }
});

test("an empty list of keys lets nobody in by mistake: it is one", () => {
  const check = (keys) => edge.checkCohortRequest(usersRequest(2), { endpoint: "users", keys });
  for (const keys of [{ partnerApiKey: [] }, { clientSecret: [] }, { partnerApiKey: null }, null]) {
    assert.throws(() => check(keys), TypeError, JSON.stringify(keys));
    assert.throws(() => edge.createCohortChecker({ endpoint: "users", keys }), TypeError);
  }
  for (const keys of [undefined, {}, { partnerApiKey: undefined }]) assert.equal(check(keys).ok, true);
  assert.equal(check({ clientSecret: [""] }).status, 401);
});

test("an argument of a wrong form is told all forms that there are", async () => {
  const says = (message) => ({ name: "TypeError", message });
  const plan = (options) => () => edge.planCohortImport(webhook(), { ...heap, ...options });
  for (const mapping of ["aliases", {}, null, { alias_label: "email" }, { aliases: { alias_label: "" } }, { aliases: { alias_label: 5 } }]) {
    assert.throws(plan({ mapping }), says(/"user_ids", "device_ids" or \{ aliases: \{ alias_label \} \}/), JSON.stringify(mapping));
  }
  const directory = full.Directory.build("");
  assert.throws(plan({ directory }), says(/`kohort` or `kohort\/edge`/));
  directory.free();
  const workspace = await full.Workspace.create();
  await assert.rejects(workspace.loadProfiles([{ external_id: "ann" }]), says(/list of blobs.*JSON\.stringify/));
  await assert.rejects(workspace.loadProfiles({ external_id: "ann" }), says(/Uint8Array, an ArrayBuffer or a string/));
  workspace.free();
  assert.throws(() => edge.diffCohort("a"), says(/next must be text or bytes with an id a line, .* or an array of strings/));
  assert.throws(() => edge.diffCohort(5, "a"), says(/previous must be text or bytes/));
});

test("what stands where a list's entries should is told as an argument", () => {
  for (const syncs of [[null], [5], [undefined], [{ segmentId: "s", syncTaskId: "t", totalPages: 1, pages: [null] }]]) {
    assert.throws(() => new edge.SyncGuard({ version: 1, syncs }), { name: "TypeError", message: "state must be what `state()` answered" });
  }
  for (const headers of [[5], [null], ["retry-after"], new Set([5])]) {
    assert.throws(() => edge.classifyResponse({ status: 200, headers }), {
      name: "TypeError", message: "headers must be a Headers, an object or a list of pairs",
    });
  }
});

test("a getter of an argument may call the package, whose answer stays what it would be", async () => {
  // Begins everything anew that calls share.
  const disturb = () => {
    edge.planCohortImport(webhook({ add: ["eve"], remove: [] }), { partner: "other" });
    edge.readHeapWebhook(webhook({ add: ["eve"], remove: [] }));
    edge.verifyHeapSignature("eve", "ts:1,hmac:eve", { secret: "eve" });
    edge.classifyResponse({ status: 200, body: '{"errors":["eve"]}' });
  };
  const disturbing = (object) => Object.defineProperties({}, Object.fromEntries(Object.entries(object).map(([name, value]) =>
    [name, { enumerable: true, get: () => (disturb(), value) }])));
  const page = ({ action, segment, page, add, remove, ok }) =>
    disturbing({ ok, action, segment: disturbing(segment), page: disturbing(page), add: disturbing(add), remove: disturbing(remove) });
  const pages = [webhook({ page: 1, of: 2 }), webhook({ page: 2, of: 2 })].map((body) => edge.readHeapWebhook(body));
  const options = { ...heap, mapping: { aliases: { alias_label: "email" } }, cohort: { cohortId: "7", name: "n" }, createdAt: "2026-11-23T09:00:00Z" };
  const expected = JSON.stringify(edge.planCohortImport(pages, options));
  assert.equal(JSON.parse(expected).ok, true);
  const disturbed = { ...options, mapping: disturbing({ aliases: disturbing(options.mapping.aliases) }), cohort: disturbing(options.cohort) };
  assert.equal(JSON.stringify(edge.planCohortImport(pages.map(page), disturbing(disturbed))), expected);

  const now = Object.assign(new Date(0), { getTime: () => (disturb(), 0) });
  assert.equal(edge.classifyResponse({ status: 200, body: '{"message":"success"}', now }).code, "response.accepted");
  const body = webhook();
  const read = JSON.stringify(edge.readHeapWebhook(body));
  assert.equal(JSON.stringify(edge.readHeapWebhook(body, disturbing({ limits: disturbing({ maxBytes: 10_000 }) }))), read);

  const workspace = await full.Workspace.create();
  await workspace.loadProfiles('{"external_id":"ann"}');
  const { requests } = full.planCohortImport(webhook({ add: ["ann", "bob"], remove: [] }), { ...heap, createdAt: options.createdAt });
  const totals = (source, given) => JSON.stringify(workspace.previewCohortRequest(source, given));
  const asked = totals({ requests }, heap);
  const again = (value) => ({ enumerable: true, get: () => (workspace.previewCohortRequest(usersRequest(5), heap), value) });
  const within = requests.map(({ path, body }) => Object.defineProperties({}, { path: again(path), body: again(body) }));
  assert.equal(totals(Object.defineProperties({}, { requests: again(within) }), Object.defineProperties({}, { partner: again("heap") })), asked);
  workspace.free();

  const directory = edge.Directory.build('{"external_id":"ann"}');
  assert.throws(() => directory.lookup({ get externalIds() { directory.free(); return ["ann"]; } }), /this Directory was freed/);
});

test("an exception that nobody catches is printed in lines that can be read", () => {
  const file = join(project, `uncaught-${process.pid}.mjs`);
  writeFileSync(file, 'import { readHeapWebhook } from "kohort";\nreadHeapWebhook(5);\n');
  try {
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /TypeError: body must be/);
    assert.ok(Math.max(...stderr.split("\n").map((line) => line.length)) < 400, stderr.slice(0, 1_000));
  } finally {
    rmSync(file);
  }
});

test("any view of a buffer is taken for its bytes, by every call that takes bytes", async () => {
  const views = (text) => {
    const bytes = encode(`  ${text}  `);
    const inner = new Uint8Array(bytes.buffer, 2, bytes.length - 4);
    return [inner, new DataView(bytes.buffer, 2, inner.length), Buffer.from(inner), inner.slice().buffer, new Int8Array(bytes.buffer, 2, inner.length)];
  };
  const profile = '{"external_id":"ann"}';
  for (const given of views("a\nb\n")) {
    assert.deepEqual([...edge.diffCohort(given, "b\nc\n").remove], ["a"]);
    assert.deepEqual([...edge.diffCohort("b\nc\n", given).add], ["a"]);
    assert.deepEqual([...(await edge.diffCohortStream(given, "b\nc\n")).remove], ["a"]);
  }
  for (const given of views(profile)) {
    assert.equal(edge.Directory.build(given).count, 1);
    const workspace = await full.Workspace.create();
    assert.equal((await workspace.loadProfiles(given)).loaded, 1);
    workspace.free();
  }
  for (const given of views(usersRequest(2))) assert.equal(edge.checkCohortRequest(given, { endpoint: "users" }).ok, true);
  for (const given of views(webhook())) assert.equal(edge.planCohortImport(given, heap).ok, true);
});

test("what is no string counts as one of its own, and the counts add up", () => {
  const body = JSON.stringify({ cohort_id: "c", cohort_changes: [{ user_ids: [5, 5, "a", "a"] }, { user_ids: [5], should_remove: true }] });
  const { total, distinct, duplicates, conflicts } = edge.checkCohortRequest(body, { endpoint: "users" }).counts;
  assert.deepEqual([total, distinct, duplicates, conflicts], [5, 4, 1, 0]);
});

test("the clusters are everybody's, and nobody can change them", () => {
  for (const { clusters } of [edge, full]) {
    assert.ok(clusters.length > 5);
    for (const part of [clusters, ...clusters]) assert.ok(Object.isFrozen(part));
  }
});

test("objects are printed under the names of their classes", async () => {
  const workspace = await full.Workspace.create();
  const checker = edge.createCohortChecker({ endpoint: "users" });
  const made = { Workspace: workspace, CohortChecker: checker, Directory: edge.Directory.build(""), SyncGuard: new edge.SyncGuard() };
  for (const [name, object] of Object.entries(made)) assert.match(inspect(object), new RegExp(`^${name} \\{`), name);
  checker.free();
  workspace.free();
});

test("what would be written as an empty object is no body, and the error says what is", () => {
  const body = '{"partner_api_key":"p","client_secret":"c","cohort_id":"7","cohort_changes":[]}';
  const options = { endpoint: "users" };
  const wrong = [Promise.resolve(body), new Request("http://localhost", { method: "POST", body }), new Response(body), new Blob([body]), new Map(), () => body];
  for (const value of wrong) {
    for (const check of [edge.checkCohortRequest, (value) => edge.createCohortChecker(options).check(value)]) {
      assert.throws(() => check(value, options), { name: "TypeError", message: /body must be/ });
    }
  }
  assert.throws(() => edge.checkCohortRequest(wrong[0], options), /await/);
  const { runInNewContext } = vm;
  for (const value of [JSON.parse(body), Object.assign(Object.create(null), JSON.parse(body)), runInNewContext(`(${body})`)]) {
    assert.equal(edge.checkCohortRequest(value, options).ok, true);
  }
});

test("an error about a source names all that the call takes", async () => {
  const workspace = await full.Workspace.create();
  const says = (call, ...words) => assert.throws(call, (error) => error instanceof TypeError && words.every((word) => error.message.includes(word)));
  says(() => edge.planCohortImport({ data: {} }, heap), "readHeapWebhook", "a list");
  says(() => edge.Directory.build(5), "ReadableStream", "Blob", ".body");
  says(() => workspace.previewCohortRequest(5, heap), "a plan");
  says(() => workspace.previewCohortRequest(JSON.parse(usersRequest(1)), heap), "a plan", "JSON.stringify(body)");
  await assert.rejects(workspace.loadProfiles(new Response("{}")), /ReadableStream.*\.body/);
  says(() => edge.classifyResponse(new Response("{}")), "await response.text()");
  says(() => edge.classifyResponse(new Response(null)), "await response.text()");
  for (const nothing of [undefined, null]) says(() => edge.classifyResponse(nothing), "status must be");
  for (const status of [700, 99, -1, 200.5, 999]) says(() => edge.classifyResponse({ status }), "100 to 599");
  says(() => edge.createCohortChecker({ endpoint: "users", lints: "no" }), "lints must be true or false");
  says(() => edge.createCohortChecker({ endpoint: "users", strict: 1 }), "strict must be true or false");
  says(() => workspace.cohortMembers("7"), "cohort must be an object");
  for (const nobody of ["ada", undefined, {}]) says(() => workspace.profile(nobody), "{ external_id }");
  const { directory } = edge.Directory.build('{"external_id":"ada"}');
  for (const ids of [["ada"], undefined]) says(() => directory.lookup(ids), "{ externalIds }");
  directory.free();
  says(() => workspace.cohortMembers({ partner: "heap", cohort_id: "7" }), "cohort.cohort_id is none of");
  const applied = workspace.applyCohortRequest(usersRequest(1), heap);
  says(() => workspace.matchReportRows(applied), "`.report`");
  workspace.free();
});

test("of CSV files with different headers the second is not read by the columns of the first", async () => {
  const workspace = await full.Workspace.create();
  const files = ["external_id,plan\na,1\n", "external_id,score\nb,2\n"].map((text) => new Blob([text]));
  const { ok, loaded, problems } = await workspace.loadProfiles(files);
  assert.deepEqual([ok, loaded, problems.map(({ code, line }) => [code, line])], [false, 1, [["csv.other_header", 3]]]);
  assert.deepEqual([workspace.userCount, workspace.profile({ external_id: "b" })], [1, undefined]);
  workspace.free();
});

test("a page without a sync's id is told without an option that the guard has not", () => {
  const { problems } = new edge.SyncGuard().begin({ segmentId: "1", syncTaskId: "", pageNumber: 1, totalPages: 1 }, "hash");
  assert.deepEqual(problems.map(({ code }) => code), ["plan.no_sync_id"]);
  assert.doesNotMatch(problems[0].help, /syncId/);
});
