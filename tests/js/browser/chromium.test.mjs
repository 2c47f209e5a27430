import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../support/chromium.mjs";
import { cases, loads } from "../support/conformance_cases.mjs";
import { EXPECTED } from "../support/once_through.mjs";
import { serve } from "../support/serve.mjs";
import { given } from "../runtimes/given.mjs";

const here = fileURLToPath(new URL("../", import.meta.url));
const kohort = join(process.env.KOHORT_PACKAGE_DIR, "node_modules/kohort");
let server, browser;
before(async () => {
  // What an operator who cares would send: only own files, and WebAssembly allowed by name.
  server = await serve({ "/kohort/": kohort, "/": here }, {
    files: { "/": "<!doctype html><title>kohort</title>" },
    headers: { "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
  });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Calls an export of page.mjs in a page of its own. */
async function run(name, given) {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(server.origin);
  const answer = await page.evaluate(async ([name, given]) => (await import("/browser/page.mjs"))[name](given), [name, given]);
  assert.deepEqual(errors, []);
  await page.close();
  return answer;
}

test("before init a synchronous call says what to do", async () => {
  const { errors, clusters } = await run("beforeInit");
  for (const message of errors) assert.match(message, /await init\(\)/);
  assert.equal(clusters, 15);
});

test("an asynchronous call waits until all is ready", async () => {
  const { loaded, outcomes, rows } = await run("waits");
  assert.deepEqual([loaded, outcomes.matched_external_id, outcomes.unknown_external_id, rows], [2, 1, 1, 2]);
});

test("the conformance data is judged in Chromium as it says", async () => {
  assert.deepEqual(await run("conformance", { cases, loads }), { edge: [], full: [], loads: [] });
});

test("streams and blobs are compared, gzip and zip by content, and what is cut or damaged is told", async () => {
  assert.deepEqual(await run("diff", given), { add: ["cy"], remove: ["ann"], packed: EXPECTED.packed });
});

test("init can be called again after a failure, with a module of one's own", async () => {
  const { failure, page } = await run("again");
  assert.match(failure, /404/);
  assert.match(page, /no WebAssembly: does the server answer with a page/);
});

test("what matches patterns is loaded when it is asked for, and not before", async () => {
  const { error, before, missing, count } = await run("pattern");
  assert.match(error, /await loadRegex\(\)/);
  assert.match(missing, /404/);
  assert.deepEqual([before, count], [0, 1]);
});

test("the inline entry needs no other file", async () => {
  assert.equal(await run("inline"), 4);
});
