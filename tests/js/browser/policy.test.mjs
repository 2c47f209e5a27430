// `kohort/edge` and `kohort` on pages under strict content security policies, in Chromium and in Firefox. What
// such policies do to `kohort/worker` is tried in `worker/`.
import assert from "node:assert/strict";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { launchChromium } from "../support/chromium.mjs";
import { EXPECTED } from "../support/once_through.mjs";
import { serve } from "../support/serve.mjs";
import { given } from "../runtimes/given.mjs";

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const WITHOUT = "default-src 'none'; script-src 'self'; connect-src 'self'";

// What is reported is listened for before anything else runs.
const FILES = {
  "/favicon.ico": "",
  "/": '<!doctype html><script src="/listen.js"></script><script type="module" src="/page.js"></script>',
  "/listen.js": `window.violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => violations.push(violatedDirective + " " + blockedURI));`,
  "/page.js": `import { onceThrough } from "/support/once_through.mjs";
    import * as edge from "/dist/edge.browser.js";
    import * as full from "/dist/full.browser.js";
    const said = (promise) => promise.then(() => "no error", (error) => error.message);
    window.tried = {
      async once(given) {
        await Promise.all([edge.init(), full.init(), full.loadRegex()]);
        return onceThrough(edge, full, given);
      },
      async errors() {
        return {
          edge: await said(edge.init()), full: await said(full.init()), regex: await said(full.loadRegex()), waits: await said(full.Workspace.create()),
          diff: await said(edge.diffCohortStream("", "")), inline: await said(import("/dist/edge.inline.js")), again: await said(edge.init()),
        };
      },
    };`,
};

// Its own wish for an icon would be reported.
const PREFERENCES = { "browser.chrome.site_icons": false };

let server;
const browsers = {};
before(async () => {
  const folders = { "/dist/": join(process.env.KOHORT_PACKAGE_DIR, "node_modules/kohort/dist"), "/support/": fileURLToPath(new URL("../support", import.meta.url)) };
  server = await serve(folders, { files: FILES });
  browsers.Chromium = await launchChromium();
  browsers.Firefox = await puppeteer.launch({ browser: "firefox", executablePath: process.env.KOHORT_FIREFOX, headless: true, extraPrefsFirefox: PREFERENCES });
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  server?.close();
});

/** What a page under this policy answers, what the policy reported and what stands on the console as an error. */
async function tried(browser, policy, name, given) {
  server.headers["content-security-policy"] = policy;
  const page = await browsers[browser].newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  try {
    // The page has loaded when its modules have run.
    await page.goto(`${server.origin}/`, { waitUntil: "load" });
    const answer = await page.evaluate(([name, given]) => window.tried[name](given), [name, given]);
    return { answer, violations: await page.evaluate(() => window.violations), errors };
  } finally {
    await page.close();
  }
}

const ALLOW = /^the content security policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src/;

for (const browser of ["Chromium", "Firefox"]) {
  test(`${browser}: with 'wasm-unsafe-eval' alone everything works, and nothing is reported`, async () => {
    assert.deepEqual(await tried(browser, STRICT, "once", given), { answer: EXPECTED, violations: [], errors: [] });
  });

  test(`${browser}: without it every way to start says what to allow`, async () => {
    const { answer, violations } = await tried(browser, WITHOUT, "errors");
    for (const [way, message] of Object.entries(answer)) assert.match(message, ALLOW, way);
    assert.ok(violations.length > 0, "the policy was not in force");
  });
}
