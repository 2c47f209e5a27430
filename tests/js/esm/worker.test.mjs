// The example worker, run as a module of a project that has the packed package.
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { sign, webhook } from "../support/bodies.mjs";
import { project } from "../support/package.mjs";

const folder = join(project, `worker-${process.pid}`);
cpSync(fileURLToPath(new URL("../../../www/worker", import.meta.url)), folder, { recursive: true });
after(() => rmSync(folder, { recursive: true }));
const { default: worker } = await import(join(folder, "worker.mjs"));

const env = { HEAP_WEBHOOK_SECRET: "s", BRAZE_PARTNER_API_KEY: "p", BRAZE_DATA_IMPORT_KEY: "c", BRAZE_REST_ENDPOINT: "https://rest.fra-02.braze.eu" };

/** Sends a page; what the worker answers and the one line that it logs. */
async function send(given, brazeSays = 201) {
  const { fetch: hostFetch, console: { log } } = globalThis;
  const lines = [];
  globalThis.fetch = async () => new Response("{}", { status: brazeSays });
  console.log = (line) => lines.push(line);
  try {
    const body = webhook(given);
    const request = new Request("https://worker/heap", { method: "POST", body, headers: { "heap-hash": sign(body, "s", Date.now()) } });
    const response = await worker.fetch(request, env);
    assert.equal(lines.length, 1);
    return { status: response.status, answer: await response.json(), line: JSON.parse(lines[0]) };
  } finally {
    globalThis.fetch = hostFetch;
    console.log = log;
  }
}
const warned = ({ answer }) => answer.warnings.map(({ code }) => code);

test("what the guard reports of a new page stands in the answer and in the log", async () => {
  const good = await send({ page: 2, of: 3 });
  assert.deepEqual([good.status, good.answer.code, warned(good), good.line.odd], [200, "page.forwarded", [], undefined]);
  const late = await send({ page: 1, of: 3 });
  assert.deepEqual([late.status, late.answer.code, warned(late)], [200, "page.forwarded", ["drift.suspected"]]);
  assert.deepEqual(late.line.odd, ["drift.suspected"]);
  const changed = await send({ page: 3, of: 4 });
  assert.deepEqual([warned(changed), changed.line.odd], [["sync.total_pages_changed"], ["sync.total_pages_changed"]]);
});

test("it stands there also where Braze refuses the page", async () => {
  await send({ page: 2, of: 2, task: "refused" });
  for (const [says, status] of [[503, 503], [400, 502]]) {
    const { line, ...refused } = await send({ page: 1, of: 2, task: "refused" }, says);
    assert.deepEqual([refused.status, warned(refused), line.odd], [status, ["drift.suspected"], ["drift.suspected"]]);
  }
});

test("a page of a sync without a name is forwarded each time and told", async () => {
  for (const add of [["ada"], ["grace"]]) {
    const { status, line, answer } = await send({ task: "", add, id: 7 });
    assert.deepEqual([status, answer.forwarded > 0, line.odd], [200, true, ["plan.no_sync_id"]]);
  }
});

test("another body of a page that was taken is a conflict", async () => {
  await send({ task: "twice", id: 8 });
  const { status, answer } = await send({ task: "twice", id: 8, add: ["other"] });
  assert.deepEqual([status, answer.code], [409, "sync.page_conflict"]);
});
