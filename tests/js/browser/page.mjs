// Runs inside the browser: what the page's test asks for, through the package's browser entries.
import { differences, loadDifferences } from "/support/conformance_run.mjs";
import { packed } from "/support/once_through.mjs";

const entry = async (name) => import(`/kohort/dist/${name}`);

/** A synchronous call before `init()`. */
export async function beforeInit() {
  const edge = await entry("edge.browser.js");
  const errors = [
    () => edge.checkCohortRequest("{}", { endpoint: "users" }), () => edge.createCohortChecker({ endpoint: "users" }), () => edge.readHeapWebhook("{}"),
    () => edge.planCohortImport("{}", { partner: "heap" }), () => edge.verifyHeapSignature("", "", { secret: "a" }),
    () => edge.classifyResponse({ status: 200 }), () => edge.diffCohort("", ""),
  ].map((call) => { try { call(); return "nothing was thrown"; } catch (error) { return error.message; } });
  return { errors, clusters: edge.clusters.length };
}

/** An asynchronous call waits by itself. */
export async function waits() {
  const full = await entry("full.browser.js");
  const workspace = await full.Workspace.create();
  const { loaded } = await workspace.loadProfiles(new Blob(['{"external_id":"ann"}\n{"external_id":"bo"}']));
  const { report } = workspace.applyCohortRequest('{"partner_api_key":"a","client_secret":"b","cohort_id":"7","cohort_changes":[{"user_ids":["ann","cy"]}]}', { partner: "heap" });
  const text = await workspace.matchReportBlob(report, { format: "ndjson" }).text();
  workspace.free();
  return { loaded, outcomes: report.outcomes, rows: text.trim().split("\n").length };
}

export async function conformance({ cases, loads }) {
  const [edge, full] = [await entry("edge.browser.js"), await entry("full.browser.js")];
  await Promise.all([edge.init(), edge.init(), full.init()]);
  return { edge: differences(edge, cases), full: differences(full, cases), loads: await loadDifferences(full, loads) };
}

export async function diff({ zipped }) {
  const edge = await entry("edge.browser.js");
  const gzip = new Response("ann\nbo").body.pipeThrough(new CompressionStream("gzip"));
  const answer = await edge.diffCohortStream(gzip, [new Blob(["bo"]), new Blob(["cy"])]);
  return { add: [...answer.add], remove: [...answer.remove], packed: await packed(edge, zipped) };
}

/** `init` after a failure can be called again, and takes a module from elsewhere. */
export async function again() {
  const edge = await import("/kohort/dist/edge.browser.js?again");
  const failure = await edge.init("/nothing.wasm").then(() => "", (error) => error.message);
  const page = await edge.init(new Response("<!doctype html>")).then(() => "", (error) => error.message);
  await edge.init(await WebAssembly.compileStreaming(fetch("/kohort/dist/wasm/edge/kohort_edge_bg.wasm")));
  return { failure, page };
}

/** A segment with a pattern, without and with what matches it; and how many files of that were loaded until then. */
export async function pattern() {
  const full = await entry("full.browser.js");
  const workspace = await full.Workspace.create();
  await workspace.loadProfiles('{"external_id":"ann","custom_attributes":{"plan":"pro"}}');
  const filter = { custom_attribute: { custom_attribute_name: "plan", comparison: "matches_regex", value: "^P" } };
  let error;
  try { workspace.compileSegment({ filter }); } catch ({ message }) { error = message; }
  const before = performance.getEntriesByType("resource").filter(({ name }) => name.includes("regex")).length;
  const missing = await full.loadRegex("/nothing.wasm").then(() => "", (error) => error.message);
  await Promise.all([full.loadRegex(), full.loadRegex()]);
  return { error, before, missing, count: workspace.compileSegment({ filter }).segment.count().count };
}

export async function inline() {
  const { checkCohortRequest } = await entry("edge.inline.js");
  return checkCohortRequest("{}", { endpoint: "users" }).problems.length;
}
