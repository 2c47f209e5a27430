// What is particular to workerd; the conformance data goes through it in `runtimes/`.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { sign, webhook } from "../support/bodies.mjs";
import { EXPECTED } from "../support/once_through.mjs";
import { startIn } from "../support/runtimes.mjs";
import { given } from "../runtimes/given.mjs";

let worker;
before(async () => {
  worker = await startIn("workerd", new URL("worker.mjs", import.meta.url));
});
after(() => worker?.close());

const run = (task, given) => worker.ask({ task, given });

test("a checker that was made while the worker was loaded works", async () => {
  assert.deepEqual(await run("atImport"), ["auth.partner_api_key_missing", "auth.client_secret_missing", "cohort_changes.missing"]);
});

test("a sync is verified and planned", async () => {
  const body = webhook();
  const now = 1_690_000_000_000;
  const { signature, requests, again } = await run("sync", { body, header: sign(body, "s3cret", now), now });
  assert.equal(signature.ok, true);
  assert.equal(requests[0].ids, 3);
  assert.deepEqual(requests, again);
});

test("streams are compared, gzip and zip by content, and what is cut or damaged is told", async () => {
  assert.deepEqual(await run("diff", given), { add: ["cy"], remove: ["ann"], packed: EXPECTED.packed });
});

test("a workspace loads, applies and reports", async () => {
  const { outcomes, csv, verified } = await run("workspace");
  assert.deepEqual([outcomes.matched_external_id, outcomes.unknown_external_id, verified], [1, 1, true]);
  assert.match(csv, /matched_external_id,adds,ann/);
});
