import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sign, webhook } from "../support/bodies.mjs";
import { cases } from "../support/conformance_cases.mjs";
import { EXPECTED } from "../support/once_through.mjs";
import { given } from "../runtimes/given.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const load = (folder, name) => import(pathToFileURL(createRequire(join(root, folder, "package.json")).resolve(name)));

let miniflare, folder;
before(async () => {
  const { build } = await load("pkg", "esbuild");
  const { Miniflare } = await load("tests", "miniflare");
  folder = mkdtempSync(join(tmpdir(), "kohort-workerd-"));
  await build({
    entryPoints: [join(root, "tests/js/workerd/worker.mjs")],
    outfile: join(folder, "worker.mjs"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "import"],
    loader: { ".wasm": "copy" },
    nodePaths: [join(process.env.KOHORT_PACKAGE_DIR, "node_modules")],
    logLevel: "error",
  });
  const modules = readdirSync(folder).filter((file) => file.endsWith(".wasm"));
  assert.equal(modules.length, 4, "edge, known, full and regex");
  miniflare = new Miniflare({
    host: "127.0.0.1",
    modulesRoot: folder,
    modules: [
      { type: "ESModule", path: join(folder, "worker.mjs") },
      ...modules.map((file) => ({ type: "CompiledWasm", path: join(folder, file) })),
    ],
    compatibilityDate: "2026-01-01",
  });
});
after(async () => {
  await miniflare?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function run(task, given) {
  const response = await miniflare.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify({ task, given }) });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text);
}

test("the conformance data is judged in workerd as it says", async () => {
  assert.deepEqual(await run("conformance", cases), { edge: [], full: [] });
});

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
