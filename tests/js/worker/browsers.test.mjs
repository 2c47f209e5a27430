// `kohort/worker` on a page: plain, and as Vite and webpack bundle it, in Chromium and in Firefox; and as
// Vite's server and webpack give it to a developer, in Chromium.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { build, createServer as createViteServer } from "vite";
import webpack from "webpack";
import { launchChromium } from "../support/chromium.mjs";
import { cases } from "../support/conformance_cases.mjs";

const project = process.env.KOHORT_PACKAGE_DIR;
const app = join(project, `worker-app-${process.pid}`);
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };
const MAP = JSON.stringify({ imports: {
  kohort: "/node_modules/kohort/dist/full.browser.js", "kohort/worker": "/node_modules/kohort/dist/worker.browser.js",
} });

let server, origin, viteServer;
const browsers = {};
before(async () => {
  for (const folder of ["worker", "support"]) cpSync(fileURLToPath(new URL(`../${folder}`, import.meta.url)), join(app, folder), { recursive: true });
  mkdirSync(join(app, "vite"), { recursive: true });
  const entry = join(app, "worker/app.mjs");
  writeFileSync(join(app, "index.html"), '<!doctype html><script type="module" src="/worker/app.mjs"></script>');
  await build({ root: app, logLevel: "error", worker: { format: "es" }, build: { outDir: join(app, "vite"), minify: false } });
  for (const [mode, folder] of [["production", "webpack"], ["development", "webpack-dev"]]) {
    await new Promise((resolve, reject) => webpack({
      mode, target: "web", context: app, entry, output: { path: join(app, folder), filename: "main.js" },
    }, (fault, stats) => fault || stats.hasErrors() ? reject(fault ?? new Error(stats.toString("errors-only"))) : resolve()));
    writeFileSync(join(app, folder, "index.html"), '<!doctype html><script src="main.js"></script>');
  }
  // The packages stand beside the page's folder, not in it.
  viteServer = await createViteServer({
    root: app, configFile: false, logLevel: "error", cacheDir: join(app, "vite-cache"),
    server: { host: "127.0.0.1", port: 0, strictPort: true, hmr: false, fs: { allow: [project] } },
  });
  await viteServer.listen();
  server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://x");
    const base = pathname.startsWith("/assets/") ? join(app, "vite") : pathname.startsWith("/node_modules/") ? project : app;
    try {
      let body = pathname === "/plain/" ? `<!doctype html><script type="importmap">${MAP}</script><script type="module" src="/worker/app.mjs"></script>`
        : await readFile(join(base, normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname)));
      // A worker has no import map.
      if (pathname === "/worker/crashing.mjs") body = `${body}`.replace("kohort/worker/engine", "/node_modules/kohort/dist/worker-engine.browser.js");
      response.setHeader("content-type", TYPES[extname(pathname)] ?? "text/html");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browsers.Chromium = await launchChromium();
  browsers.Firefox = await puppeteer.launch({ browser: "firefox", executablePath: process.env.KOHORT_FIREFOX, headless: true });
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  server?.close();
  await viteServer?.close();
  rmSync(app, { recursive: true, force: true });
});

const CASES = [
  ["every conformance case is answered as on the page itself", "conformance", cases, (wrong) => assert.deepEqual(wrong, [])],
  ["every other call is answered as on the page itself", "calls", undefined, ({ compared, differs }) => {
    assert.ok(compared > 25);
    assert.deepEqual(differs, []);
  }],
  ["the page stays free while a long stream is loaded, and little is taken ahead", "long", 200, ({ ok, met, told, ticks, gap, ahead }, megabytes) => {
    assert.deepEqual([ok, met], [true, megabytes * 47_662]);
    assert.ok(told >= megabytes && ticks > 20 && gap < 500 && ahead < 16, JSON.stringify({ told, ticks, gap, ahead }));
  }],
  ["a load ends by a signal and by what the page throws", "ends", undefined, ({ taken, before, failed, bytes, ...rest }) => {
    assert.deepEqual(rest, { same: true, kept: 1, thrown: true, busy: "workspace.busy" });
    assert.ok(taken < 40, `${taken} MB were taken of a load that was stopped after 3`);
    assert.match(before, /^DOMException AbortError: /);
    assert.equal(failed, "TypeError TypeError: the stream's");
    assert.match(bytes, /^DOMException TimeoutError: /);
  }],
  ["a signal is heard within a few megabytes, and twice or late does nothing", "aborts", undefined, ({ users, ...rest }) => {
    assert.deepEqual(rest, { reasons: ["first", "first", "at once", "at once"], loaded: 1, before: rest.before, cy: undefined });
    assert.match(rest.before, /^DOMException AbortError: /);
    // A megabyte has some 36,000 of them.
    assert.ok(users.every((count) => count > 0 && count < 120_000), `${users}`);
  }],
  ...["by itself", "by the page"].map((who) => [`what waits for a worker that is closed ${who} is told`, "closed", who, ({ loading, after, next }) => {
    assert.match(loading, /^Error Error: the worker of kohort ended: what it held is lost/);
    assert.equal(after, loading);
    assert.match(next, /start and connect another/);
  }]),
  ["bytes are copied unless they are given away", "transfer", undefined, ({ loaded, lengths, again, word }) => {
    assert.deepEqual([loaded, lengths], [1, [1_100_000, 0]]);
    assert.deepEqual([again, word], ["TypeError TypeError: an argument is detached", "TypeError TypeError: transfer must be true or false"]);
  }],
  ["two workspaces are two, and calls keep their order", "two", undefined, ({ users, later, foreign }) => {
    assert.deepEqual([users, later], [[1, 0], 1]);
    assert.match(foreign, /^TypeError TypeError: report must be a report of this workspace/);
  }],
  ["what waits for a terminated worker is told, and a new one starts", "terminated", undefined, ({ waits, freed, after, users }) => {
    for (const text of [waits, after]) assert.match(text, /^Error Error: the worker of kohort was terminated/);
    assert.deepEqual([freed, users], ["no error", 0]);
  }],
  ["a worker of the page's own that crashes is told", "crashed", undefined, ({ loading, next }) => {
    assert.match(loading, /^Error Error: the worker of kohort crashed/);
    assert.match(next, /start and connect another/);
  }],
];

const WAYS = ["plain", "vite", "webpack"];
/** What a developer's server may break: where the files are. */
const STARTED = ["conformance", "calls", "terminated"];

for (const [browser, ways] of [["Chromium", [...WAYS, "vite-dev", "webpack-dev"]], ["Firefox", WAYS]]) {
  for (const way of ways) {
    test(`${browser}, ${way}`, async (t) => {
      const page = await browsers[browser].newPage();
      await page.goto(way === "vite-dev" ? `http://127.0.0.1:${viteServer.httpServer.address().port}/` : `${origin}/${way}/`);
      await page.waitForFunction("window.run");
      for (const [title, name, most, check] of CASES) {
        if (!WAYS.includes(way) && !STARTED.includes(name)) continue;
        // Of the ways to bundle one load of 200 MB tells enough.
        const given = name === "long" && way !== "plain" ? 20 : most;
        await t.test(title, async () => check(await page.evaluate(([name, given]) => window.run(name, given), [name, given]), given));
      }
      await page.close();
    });
  }
}
