// `kohort/worker` under content security policies, from another origin, and where no worker starts, in
// Chromium and in Firefox.
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import puppeteer from "puppeteer-core";
import { launchChromium } from "../support/chromium.mjs";
import { serve } from "../support/serve.mjs";

const dist = join(process.env.KOHORT_PACKAGE_DIR, "node_modules/kohort/dist");
let own, cdn;
const browsers = {};
before(async () => {
  cdn = await serve({ "/dist/": dist }, { headers: { "access-control-allow-origin": "*" } });
  own = await serve({ "/dist/": dist }, { files: {
    "/": '<!doctype html><script type="module" src="/page.js"></script>',
    "/page.js": 'import * as worker from "/dist/worker.browser.js"; import * as full from "/dist/full.browser.js"; Object.assign(window, { worker, full });',
    "/foreign": '<!doctype html><script type="module" src="/foreign.js"></script>',
    "/foreign.js": `import * as worker from "${cdn.origin}/dist/worker.browser.js"; Object.assign(window, { worker });`,
  } });
  browsers.Chromium = await launchChromium();
  browsers.Firefox = await puppeteer.launch({ browser: "firefox", executablePath: process.env.KOHORT_FIREFOX, headless: true });
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  for (const server of [own, cdn]) server?.close();
});

const SAID = "const said = (promise) => promise.then(() => 'no error', (error) => error.message);";
const LOAD = `const workspace = await worker.Workspace.create();
  await workspace.loadProfiles(new Blob(['{"external_id":"ada"}']));
  return await workspace.userCount;`;
const BY_BLOB = () => `const shim = new Blob(['import "${cdn.origin}/dist/worker-engine.browser.js";'], { type: "text/javascript" });
  const { Workspace } = worker.connect(new Worker(URL.createObjectURL(shim), { type: "module" }));
  const workspace = await Workspace.create();
  await workspace.loadProfiles(new Blob(['{"external_id":"ada"}']));
  return await workspace.userCount;`;
const NOT_STARTED = /^the worker of kohort could not be started: .*content security policy's worker-src, origin.*`connect`$/;

/** What is tried: under which policy, on which page, by what code, and what it must answer. */
const TRIED = [
  ["a strict policy lets it work", "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'", "/", LOAD, 1],
  ["so does the shortest", "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'", "/", LOAD, 1],
  ["without 'wasm-unsafe-eval' the error says what to add, also without a worker", "script-src 'self'; worker-src 'self'", "/",
    "return [await said(worker.Workspace.create()), await said(full.init())]", [/add 'wasm-unsafe-eval' to its script-src/, /add 'wasm-unsafe-eval' to its script-src/]],
  ["where the module may not be fetched the error says so", "script-src 'self' 'wasm-unsafe-eval'; connect-src 'none'", "/",
    "return [await said(worker.Workspace.create()), await said(full.init())]", [/connect-src/, /connect-src/]],
  ["where no worker may be started every call says so", "script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'", "/",
    "return [await said(worker.Workspace.create()), await said(worker.checkCohortRequest('{}', { endpoint: 'users' }))]", [NOT_STARTED, NOT_STARTED]],
  ["a worker whose file is not there is told", "", "/",
    "return await said(worker.connect(new Worker('/nothing.js', { type: 'module' })).Workspace.create())", NOT_STARTED],
  ["from another origin no worker starts by itself", "", "/foreign", "return await said(worker.Workspace.create())", NOT_STARTED],
  ["from another origin it works by a worker that imports the engine from there", "", "/foreign", BY_BLOB, 1],
  ["also under a strict policy", () => `script-src 'self' ${cdn.origin} 'wasm-unsafe-eval'; worker-src blob: ${cdn.origin}; connect-src ${cdn.origin}`,
    "/foreign", BY_BLOB, 1],
];

for (const browser of ["Chromium", "Firefox"]) {
  for (const [title, policy, path, code, expected] of TRIED) {
    test(`${browser}: ${title}`, async () => {
      // With every file: a worker has the policy of its own file, not the page's.
      own.headers["content-security-policy"] = typeof policy === "function" ? policy() : policy;
      const page = await browsers[browser].newPage();
      try {
        await page.goto(`${own.origin}${path}`);
        await until(page, "!!window.worker");
        // What a policy forbids the page it forbids a text of the test's too: it goes by the debugger.
        const said = await page.evaluate(`(async () => { ${SAID} ${typeof code === "function" ? code() : code} })()`);
        const all = [expected].flat();
        [said].flat().forEach((one, at) => all[at] instanceof RegExp ? assert.match(one, all[at]) : assert.equal(one, all[at]));
        assert.equal([said].flat().length, all.length);
      } finally {
        await page.close();
      }
    });
  }
}

/** Not `waitForFunction`, which a policy against texts of code stops. */
async function until(page, what) {
  for (let tries = 0; !await page.evaluate(what); tries++) {
    assert.ok(tries < 500, `${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
