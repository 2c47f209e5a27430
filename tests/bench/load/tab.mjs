// Ten million users in one tab: a page gives a stream that it makes to `kohort/worker`.
//
// Told: how long it took, how large wasm memory became, and the most that the tab's process held at once. The page
// (tab/page.mjs) holds that all were loaded and that one of them is as it was given.

import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

const BROWSERS = { chrome: process.env.KOHORT_CHROMIUM, firefox: process.env.KOHORT_FIREFOX };
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", "": "text/html" };
const BENCH = fileURLToPath(new URL("../", import.meta.url));
const PACKAGE = join(process.env.KOHORT_PACKAGE_DIR, "node_modules/kohort/dist");
const MAP = { imports: { "kohort/worker": "/kohort/worker.browser.js" } };
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify(MAP)}</script><script type="module" src="/load/tab/page.mjs"></script>`;

/** Runs it in each browser there is; answers tables, notes and measures. */
export async function run({ tabUsers: users }) {
  const server = createServer(serve);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const result = { tables: [], notes: [], measures: {} };
  const rows = [];
  for (const [browser, executablePath] of Object.entries(BROWSERS)) {
    try {
      if (executablePath === undefined) throw new Error("it was not found");
      const made = await inTab(browser, executablePath, `http://127.0.0.1:${server.address().port}/`, users);
      rows.push({ name: made.version, time: made.loadMs });
      result.notes.push(told(made));
      const bytes = made.wasmBytes / users;
      result.measures[`W4.tab.${browser}.userBytes`] = { median: bytes, perRun: [bytes] };
    } catch (fault) {
      result.notes.push(`${browser}, ${users.toLocaleString("en-US")} users: ${fault.message}`);
    }
  }
  await new Promise((resolve) => server.close(resolve));
  if (rows.length > 0) {
    result.tables.push({ title: `W4, ${users.toLocaleString("en-US")} users in one tab`, unit: "ms", rows });
  }
  return result;
}

function told({ version, users, bytes, loadMs, makingMs, wasmBytes, peakBytes }) {
  const peak = peakBytes === undefined ? "the tab's peak cannot be told here" : `the tab's process ${megabytes(peakBytes)} at its peak`;
  return (
    `${version}: ${users.toLocaleString("en-US")} users, ${megabytes(bytes)} of lines, which took the page ${seconds(makingMs)} to make at the same time: ` +
    `${seconds(loadMs)} in all; wasm memory ${megabytes(wasmBytes)}, ${(wasmBytes / users).toFixed(1)} B a user; ${peak}`
  );
}

const megabytes = (bytes) => `${Math.round(bytes / 1e6).toLocaleString("en-US")} MB`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

async function inTab(browser, executablePath, url, users) {
  const args = browser === "chrome" ? ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] : [];
  const launched = await puppeteer.launch({ browser, executablePath, args, headless: true, protocolTimeout: 0 });
  try {
    const page = await launched.newPage();
    await page.goto(url);
    await page.waitForFunction("window.load");
    // WHY: asked for again and again, since no answer may come late over every protocol.
    await page.evaluate((users) => window.load(users), users);
    for (;;) {
      const result = await page.evaluate("window.result");
      if (result?.fault) throw new Error(result.fault);
      if (result) return { ...result, version: await launched.version(), peakBytes: peak(launched.process().pid) };
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } finally {
    await launched.close();
  }
}

/** The most memory that one of a browser's processes for tabs has held, in bytes, as Linux tells it. */
function peak(browser) {
  let most;
  const parents = new Map();
  for (const pid of processes()) parents.set(pid, Number(field(pid, "PPid")));
  for (const pid of parents.keys()) {
    let ancestor = pid;
    while (ancestor > 1 && ancestor !== browser) ancestor = parents.get(ancestor) ?? 0;
    if (ancestor !== browser || !/--type=renderer|-contentproc.*\btab\b/.test(read(pid, "cmdline"))) continue;
    const held = Number.parseInt(field(pid, "VmHWM")) * 1024;
    if (held > (most ?? 0)) most = held;
  }
  return most;
}

function processes() {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
  } catch {
    return [];
  }
}

const field = (pid, name) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(read(pid, "status"))?.[1];

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
}

function serve({ url }, response) {
  const path = normalize(new URL(url, "http://x").pathname);
  response.setHeader("content-type", TYPES[extname(path)] ?? "text/plain");
  if (path === "/") return response.end(PAGE);
  const file = path.startsWith("/kohort/") ? join(PACKAGE, path.slice("/kohort/".length)) : join(BENCH, path);
  createReadStream(file)
    .on("error", () => response.writeHead(404).end())
    .pipe(response);
}
