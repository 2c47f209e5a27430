"use strict";
const assert = require("node:assert/strict");
const { createRequire } = require("node:module");
const { join } = require("node:path");
const test = require("node:test");

const project = createRequire(join(process.env.KOHORT_PACKAGE_DIR, "package.json"));

test("kohort/edge is required, and is ready", () => {
  const { checkCohortRequest, planCohortImport, readHeapWebhook } = project("kohort/edge");
  assert.equal(checkCohortRequest("{}", { endpoint: "users" }).problems.length, 4);
  const body = '{"action_type":"segment.users.sync","data":{"segment":{"id":7,"name":"n"},"sync_info":{"page_number":1,"total_pages":1,"sync_task_id":"t"},"add":[{"id":"ada"}]}}';
  assert.deepEqual([...readHeapWebhook(body).add], ["ada"]);
  assert.equal(planCohortImport(body, { partner: "heap" }).requests.length, 1);
});

test("kohort is required, and its module is another than that of kohort/edge", async () => {
  const { Workspace } = project("kohort");
  const workspace = await Workspace.create();
  assert.deepEqual(workspace.cohorts(), []);
  workspace.free();
  assert.notEqual(project("kohort").checkCohortRequest, project("kohort/edge").checkCohortRequest);
});

test("kohort/vendors is required, by itself and inline", () => {
  for (const entry of ["kohort/vendors", "kohort/vendors/inline"]) {
    const { readVendorPayload } = project(entry);
    const { sources } = readVendorPayload('{"audience_id":"7","action":"joined","visitor_id":"ada"}', { vendor: "tealium" });
    assert.deepEqual([...sources[0].add], ["ada"]);
  }
});

test("the inline entries are required", () => {
  for (const entry of ["kohort/inline", "kohort/edge/inline"]) assert.equal(project(entry).clusters.length, 15);
});

test("the modules can be found, for those who load them by themselves", () => {
  for (const entry of ["kohort/edge.wasm", "kohort/kohort.wasm", "kohort/vendors.wasm"]) assert.match(project.resolve(entry), /_bg\.wasm$/);
});

test("require and import are given the same", async () => {
  const { pathToFileURL } = require("node:url");
  const imported = await import(pathToFileURL(project.resolve("kohort/edge")));
  assert.equal(imported.checkCohortRequest, project("kohort/edge").checkCohortRequest);
});
