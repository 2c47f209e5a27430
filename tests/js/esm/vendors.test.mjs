// kohort/vendors: what it answers, as kohort/edge takes it, and what it writes for MoEngage.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import test from "node:test";
import { inspect } from "node:util";
import { payloads } from "../support/conformance_cases.mjs";
import { webhook } from "../support/bodies.mjs";
import { edge, encode, project, vendors as entry } from "../support/package.mjs";

const { guessVendor, readVendorPayload, vendors, writeMoEngage } = entry;
const bodyOf = ({ body }) => Uint8Array.from(Buffer.from(body, "base64"));
const valid = payloads.filter(({ kind }) => kind === "valid");
const codes = ({ problems }) => problems.map(({ code }) => code);

test("every vendor of the list has samples, and the list cannot be changed", () => {
  assert.equal(vendors.length, 8);
  for (const { name, title, status, source, idField, actions } of vendors) {
    assert.ok(valid.some(({ expected }) => expected.options.vendor === name), name);
    assert.ok(title && idField && ["documented", "inferred", "configured"].includes(status) && new URL(source), name);
    assert.deepEqual(Object.keys(actions), ["add", "remove", "full", "drain"]);
    assert.ok(actions.add.length && actions.remove.length, name);
  }
  assert.throws(() => vendors.push(1), TypeError);
  assert.throws(() => { vendors[0].actions.add[0] = "x"; }, TypeError);
});

test("every problem of the samples has its words", () => {
  for (const given of payloads.filter(({ kind }) => kind === "invalid")) {
    for (const { code, message, help } of readVendorPayload(bodyOf(given), given.expected.options).problems) {
      assert.match(code, /^\w+\.\w+$/, given.expected.file);
      assert.ok(code && message && help && !/[{}]|``/.test(message), `${code}: ${message}`);
    }
  }
});

test("a source of a payload is planned as it is, with its mapping", () => {
  let planned = 0;
  for (const given of valid) {
    for (const source of readVendorPayload(bodyOf(given), given.expected.options).sources) {
      const options = { partner: "kohort", mapping: source.mapping, ...!source.page && { syncId: source.syncId ?? "once" } };
      if (source.action === "full") {
        assert.throws(() => edge.planCohortImport(source, options), /source\.action/);
        continue;
      }
      if (source.action === "drain") options.members = ["a"];
      const plan = edge.planCohortImport(structuredClone(source), options);
      assert.ok(plan.ok, given.expected.file);
      const ids = new Set([...source.add, ...source.remove]).size;
      assert.equal(plan.report.sent, source.action === "drain" ? 1 : ids, given.expected.file);
      const [change] = JSON.parse(plan.requests[0]?.body ?? "{}").cohort_changes ?? [];
      const kind = typeof source.mapping === "string" ? source.mapping : "aliases";
      if (change) assert.ok(kind in change, given.expected.file);
      planned++;
    }
  }
  assert.ok(planned > 25);
});

test("a whole membership is compared with the members before, and planned", () => {
  const page = (number, ids) => JSON.stringify({ action: "members", parameters: {
    mixpanel_cohort_id: "42", mixpanel_session_id: "s", page_info: { page_count: number, total_pages: 2 },
    members: ids.map((id) => ({ mixpanel_distinct_id: id })),
  } });
  const pages = [page(1, ["ada", "bob"]), page(2, ["cyd"])].map((body) => readVendorPayload(body, { vendor: "mixpanel" }).sources[0]);
  const members = pages.flatMap((source) => [...source.members]);
  const { add, remove } = edge.diffCohort(["bob", "dan"], members);
  const { segment, mapping, syncId } = pages[0];
  const plan = edge.planCohortImport({ action: "sync", segment, add, remove }, { partner: "mixpanel", mapping, syncId });
  assert.deepEqual(JSON.parse(plan.requests[0].body).cohort_changes, [{ user_ids: ["ada", "cyd"] }, { user_ids: ["dan"], should_remove: true }]);
});

test("what enters, leaves and is in a cohort in one session of Mixpanel's are pages of their own", () => {
  const guard = new edge.SyncGuard();
  const pageOf = (action) => readVendorPayload(JSON.stringify({ action, parameters: {
    mixpanel_cohort_id: "42", mixpanel_session_id: "s", page_info: { page_count: 1, total_pages: 1 }, members: [{ mixpanel_distinct_id: "ada" }],
  } }), { vendor: "mixpanel" }).sources[0].page;
  const actions = Object.values(vendors.find(({ name }) => name === "mixpanel").actions).flat();
  assert.equal(actions.length, 3);
  for (const action of actions) {
    const { verdict, problems } = guard.begin(pageOf(action), action);
    assert.deepEqual([verdict, problems], ["new", []], action);
    guard.commit(pageOf(action));
  }
  // Sent again, each is known; with another body it is a conflict as before.
  for (const action of actions) assert.equal(guard.begin(pageOf(action), action).verdict, "done");
  assert.equal(guard.begin(pageOf(actions[0]), "other").verdict, "conflict");
});

test("a guess names fields alone: several vendors, one, or none", () => {
  for (const given of valid) {
    const { ok, guesses } = guessVendor(bodyOf(given));
    assert.ok(ok);
    for (const { vendor } of guesses) assert.equal(vendor, given.expected.options.vendor);
  }
  assert.deepEqual(guessVendor(webhook()), { ok: true, guesses: [], problems: [], warnings: [] });
  const both = guessVendor('{"cohort_changes":1,"cohort_id":1,"in_cohort":1,"users":1}').guesses;
  assert.deepEqual(both.map(({ vendor }) => vendor), ["amplitude", "braze"]);
  assert.deepEqual(both[0].reasons, ["/cohort_id", "/in_cohort", "/users"]);
  assert.deepEqual(codes(guessVendor('{"a":1,"a":2}')), ["json.duplicate_key"]);
  assert.deepEqual(codes(guessVendor("[]")), ["json.not_an_object"]);
});

test("bodies come as bytes, buffers and text, in bounds", () => {
  const body = '{"audience_id":"7","action":"joined","visitor_id":"gräce 😀"}';
  for (const given of [body, encode(body), encode(body).buffer, new DataView(encode(body).buffer)]) {
    assert.deepEqual([...readVendorPayload(given, { vendor: "tealium" }).sources[0].add], ["gräce 😀"]);
    assert.equal(guessVendor(given).guesses[0].vendor, "tealium");
    const small = { limits: { maxBytes: 60 } };
    assert.deepEqual(codes(readVendorPayload(given, { vendor: "tealium", ...small })), ["limit.bytes"]);
    assert.deepEqual(codes(guessVendor(given, small)), ["limit.bytes"]);
  }
  assert.deepEqual(codes(readVendorPayload('{"audience_id":"\ud800"}', { vendor: "tealium" })).includes("json.lone_surrogate"), true);
  assert.equal(readVendorPayload('{"cohort_id":"c","in_cohort":1,"users":[1.5,1.5]}', { vendor: "amplitude", maxProblems: 1 }).problems.length, 2);
  const users = Array.from({ length: 50_000 }, (_, index) => ({ user_id: `user-${index}` }));
  const [many] = readVendorPayload(JSON.stringify({ cohort_id: "c", in_cohort: true, users }), { vendor: "amplitude" }).sources;
  assert.equal(many.add.length, 50_000);
  assert.equal([...many.add][49_999], "user-49999");
});

test("an answer stays what it is when the next payload is read", () => {
  const read = (id) => readVendorPayload(`{"audience_id":"7","action":"joined","visitor_id":"${id}"}`, { vendor: "tealium" }).sources[0];
  const first = read("ada");
  read("eve");
  assert.deepEqual([...first.add], ["ada"]);
});

test("the browser entry says that it is not ready, and is after init", () => {
  const dist = join(project, "node_modules/kohort/dist");
  const said = execFileSync(process.execPath, ["--input-type=module", "-e", `
    import { readFileSync } from "node:fs";
    const { init, guessVendor } = await import(${JSON.stringify(join(dist, "vendors.browser.js"))});
    try { guessVendor("{}"); } catch (error) { console.log(error.message); }
    await init(readFileSync(${JSON.stringify(join(dist, "wasm/vendors/kohort_vendors_bg.wasm"))}));
    console.log(guessVendor("{}").ok);
  `], { encoding: "utf8" });
  assert.match(said, /^kohort is not ready: .*\ntrue\n$/);
});

test("mistakes in the program throw, and name no value", () => {
  const mark = "MARKED";
  for (const options of [
    undefined, {}, { vendor: mark }, { vendor: "heap" }, { vendor: "amplitude", idField: 5 }, { vendor: "amplitude", idField: "" },
    { vendor: "segment", idField: mark }, { vendor: "braze", mapping: "user_ids" }, { vendor: "census", mapping: mark },
    { vendor: "census", mapping: { aliases: { alias_label: "" } } }, { vendor: "census", cohort: { name: mark } },
    { vendor: "census", cohort: { id: `${mark}\ud800` } }, { vendor: "census", cohort: { id: "c", name: "" } },
    { vendor: "census", other: mark }, { vendor: "census", limits: { maxBytes: mark } },
  ]) {
    assert.throws(() => readVendorPayload(`{"${mark}":1}`, options), (error) => error instanceof TypeError && !error.message.includes(mark), inspect(options));
  }
  assert.throws(() => readVendorPayload({}, { vendor: "census" }), TypeError);
  assert.throws(() => guessVendor({}), TypeError);
  const source = { action: "sync", segment: { id: "7", name: "n" }, add: [], remove: [] };
  for (const [given, options] of [
    [source, undefined], [source, { partner: mark }], [{ ...source, action: mark }, { partner: "heap" }], [{ ...source, segment: mark }, { partner: "heap" }],
    [{ ...source, add: [5] }, { partner: "heap" }], [{ ...source, remove: undefined }, { partner: "heap" }], [source, { partner: "heap", cohort: { id: mark } }],
    [source, { partner: "heap", description: 5 }], [source, { partner: "heap", other: mark }],
  ]) {
    assert.throws(() => writeMoEngage(given, options), (error) => error instanceof TypeError && !error.message.includes(mark), inspect([given, options]));
  }
});

test("no value of a payload stands in what is found", () => {
  const id = "MARKED-7c1f";
  for (const { name: vendor } of vendors) {
    for (const body of [
      `{"${id}":"${id}"}`, `{"cohort_id":["${id}"],"in_cohort":"${id}","users":["${id}"],"cohort_changes":"${id}"}`, `{"action":"${id}","parameters":{"${id}":1}}`,
      `{"type":"${id}","event":"${id}","action":"${id}","audience_id":{"${id}":1}}`, `{"method":"${id}","params":{"idColumn":"${id}","rows":[{"x":"${id}"}]}}`, `"${id}`,
    ]) {
      const answer = readVendorPayload(body, { vendor });
      assert.ok(!answer.ok && !inspect(answer, { depth: 9 }).includes(id) && !JSON.stringify(answer).includes(id));
      assert.ok(!JSON.stringify(guessVendor(body)).includes(id));
    }
  }
});

test("MoEngage's requests are written from a source, from a webhook of Heap and from a drain", () => {
  const [source] = readVendorPayload('{"audience_id":"7","audience_name":"Trials","action":"left","visitor_id":"ada"}', { vendor: "tealium" }).sources;
  assert.deepEqual(writeMoEngage(source, { partner: "tealium", description: "d" }), {
    ok: true, problems: [], warnings: [],
    requests: [{
      path: "/v1/integrations/cohortsync", action: "remove_members", ids: 1,
      body: '{"action":"remove_members","partner":"tealium","parameters":{"cohort_name":"Trials","cohort_id":"7","cohort_description":"d","members":[{"uid":"ada"}]}}',
    }],
  });
  const heap = writeMoEngage(edge.readHeapWebhook(webhook({ add: ["ada", "eve"] })), { partner: "heap" });
  assert.deepEqual(heap.requests.map(({ action, ids }) => [action, ids]), [["add_members", 2], ["remove_members", 1]]);
  const drain = { action: "drain", segment: { id: "7", name: "n" }, add: [], remove: [] };
  assert.deepEqual(codes(writeMoEngage(drain, { partner: "heap" })), ["plan.needs_snapshot"]);
  const drained = writeMoEngage(drain, { partner: "heap", members: encodeList(["ada", "bob"]), cohort: { id: "8", name: "Other" } });
  assert.match(drained.requests[0].body, /"remove_members".*"Other","cohort_id":"8","members":\[\{"uid":"ada"\},\{"uid":"bob"\}\]/);
});

test("what MoEngage cannot take is told", () => {
  const source = { action: "sync", segment: { id: "7", name: "n" }, add: ["a"], remove: [] };
  const told = (given, options) => codes(writeMoEngage({ ...source, ...given }, { partner: "heap", ...options }));
  assert.deepEqual(told({ mapping: "device_ids" }), ["moengage.kind_of_ids"]);
  assert.deepEqual(told({ mapping: { aliases: { alias_label: "l" } } }), ["moengage.kind_of_ids"]);
  assert.deepEqual(told({ action: "full", members: ["a"] }), ["vendor.full_list"]);
  assert.deepEqual(told({}, { cohort: { id: "7", name: "[Heap]: n" } }), ["moengage.cohort_name"]);
  assert.deepEqual(told({ add: ["a".repeat(130_000)] }), ["moengage.too_large"]);
  assert.deepEqual(told({ add: ["a\ud800"] }), ["json.lone_surrogate"]);
  assert.deepEqual(told({ remove: { bytes: encode("ab"), offsets: Uint32Array.of(0, 5) } }), ["ids.offsets"]);
  const many = writeMoEngage({ ...source, add: Array.from({ length: 20_000 }, (_, index) => `user-${index}`) }, { partner: "heap" });
  assert.ok(many.requests.length > 2 && many.requests.every(({ body }) => encode(body).length <= 128_000));
  assert.equal(many.requests.reduce((sum, { ids }) => sum + ids, 0), 20_000);
});

function encodeList(ids) {
  return { bytes: encode(ids.join("")), offsets: Uint32Array.from([0, ...ids.map((_, index) => ids.slice(0, index + 1).join("").length)]) };
}
