// The packed package as bundlers bundle it, each bundle run where it is meant to: once through the package,
// and the conformance data.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";
import { launchChromium } from "../support/chromium.mjs";
import { cases, loads } from "../support/conformance_cases.mjs";
import { EXPECTED } from "../support/once_through.mjs";
import { startWorkerd } from "../support/runtimes.mjs";
import { serve } from "../support/serve.mjs";
import { given } from "../runtimes/given.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const project = process.env.KOHORT_PACKAGE_DIR;
const app = mkdtempSync(join(project, "bundlers-"));
const run = promisify(execFile);

// The project of a user: its files lie above the package's `node_modules`.
cpSync(join(root, "tests/js/support"), join(app, "support"), { recursive: true });
cpSync(join(root, "tests/js/runtimes/programs"), join(app, "runtimes/programs"), { recursive: true });
const entries = (edge, full) => `import * as edge from "${edge}"; import * as full from "${full}"; import program from "./runtimes/programs/whole.mjs";\n`;
const FILES = {
  "worker.mjs": `${entries("kohort/edge", "kohort")}export default { fetch: async (request) => Response.json(await program(edge, full, await request.json())) };`,
  "page.mjs": `${entries("kohort/edge", "kohort")}window.answer = async (given) => { await Promise.all([edge.init(), full.init()]); return program(edge, full, given); };`,
  "server.mjs": `${entries("kohort/edge", "kohort")}export const answer = (given) => program(edge, full, given);`,
  "inline.mjs": `${entries("kohort/edge/inline", "kohort/inline")}export const answer = (given) => program(edge, full, given);`,
  "index.html": '<!doctype html><script type="module" src="/page.mjs"></script>',
  "wrangler.json": JSON.stringify({ name: "bundled", main: "worker.mjs", compatibility_date: "2026-01-01" }),
};
for (const [file, text] of Object.entries(FILES)) writeFileSync(join(app, file), text);

let server, chromium;
before(async () => {
  server = await serve({ "/": app }, { files: { "/favicon.ico": "" } });
  chromium = await launchChromium();
});
after(async () => {
  await chromium?.close();
  server?.close();
  rmSync(app, { recursive: true, force: true });
});

const whole = { ...given, cases, loads };

/** Where bundles run; each gets the folder and the file in it, and answers what the bundle answers. */
const RUN = {
  async workerd(folder, file) {
    const miniflare = await startWorkerd(folder, file);
    try {
      const response = await miniflare.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(whole) });
      const text = await response.text();
      assert.equal(response.status, 200, text);
      return JSON.parse(text);
    } finally {
      await miniflare.dispose();
    }
  },
  async node(folder, file) {
    const call = `import { answer } from ${JSON.stringify(pathToFileURL(join(folder, file)).href)};
      import { readFileSync } from "node:fs";
      console.log(JSON.stringify(await answer(JSON.parse(readFileSync(0, "utf8")))));`;
    const asked = run(process.execPath, ["--input-type=module", "--eval", call], { cwd: folder, maxBuffer: 1 << 26 });
    asked.child.stdin.end(JSON.stringify(whole));
    return JSON.parse((await asked).stdout);
  },
  async chromium(folder, file) {
    const page = await chromium.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    await page.goto(`${server.origin}/${folder.slice(app.length + 1)}/${file}`);
    await page.waitForFunction("window.answer");
    const answer = await page.evaluate((given) => window.answer(given), whole);
    await page.close();
    assert.deepEqual(errors, []);
    return answer;
  },
};

// What wrangler would ask and tell, and where it keeps what it keeps.
const quiet = (home) => ({
  PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, CI: "1", NO_COLOR: "1",
  WRANGLER_HIDE_BANNER: "true", WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false",
  NODE_OPTIONS: `--require ${JSON.stringify(join(root, "tests/js/support/no_network.cjs"))}`,
});

// What webpack makes smaller is run in `worker/`; it takes seconds.
const UNMINIFIED = { minimize: false };
const packed = (config) => new Promise((resolve, reject) => webpack(
  { mode: "production", context: app, ...config },
  (fault, stats) => fault || stats.hasErrors() ? reject(fault ?? new Error(stats.toString("errors-only"))) : resolve()));

const byVite = (folder, config, options) => vite({ root: app, configFile: false, logLevel: "error", ...options, build: { outDir: folder, ...config } });

async function byRollup(input, folder) {
  const onwarn = ({ message }) => assert.fail(message);
  const bundle = await rollup({ input: join(app, input), plugins: [nodeResolve({ exportConditions: ["node"] })], onwarn, external: [/^node:/] });
  await bundle.write({ file: join(folder, "main.mjs"), format: "esm" });
  await bundle.close();
}

function byWrangler(cwd, folder, config) {
  const wrangler = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin/wrangler.js");
  return run(process.execPath, [wrangler, "deploy", "--config", config, "--dry-run", "--outdir", folder], { cwd, env: quiet(join(folder, "home")) });
}

/** By the words of the README. */
function byEsbuild(input, folder) {
  const words = ["--bundle", "--format=esm", `--outdir=${folder}`, "--conditions=workerd,worker,import", "--loader:.wasm=copy"];
  return run(join(root, "pkg/node_modules/.bin/esbuild"), [input, ...words, "--log-level=error"], { cwd: app });
}

/** Each way: how the bundle is made in a folder, where it runs, and the file that is run. */
const BUNDLES = {
  "wrangler, deploy --dry-run": ["workerd", "worker.js", (folder) => byWrangler(app, folder, "wrangler.json")],
  "esbuild, for an edge worker": ["workerd", "worker.js", (folder) => byEsbuild("worker.mjs", folder)],
  "Rollup, the inline entries": ["node", "main.mjs", (folder) => byRollup("inline.mjs", folder)],
  "Rollup, with the modules beside the bundle": ["node", "main.mjs", async (folder) => {
    await byRollup("server.mjs", folder);
    cpSync(join(project, "node_modules/kohort/dist/wasm"), join(folder, "wasm"), { recursive: true });
  }],
  "Vite, a page": ["chromium", "index.html", (folder) => byVite(folder, {}, { base: `/${folder.slice(app.length + 1)}/` })],
  "Vite, a library": ["chromium", "index.html", async (folder) => {
    await byVite(folder, { lib: { entry: join(app, "page.mjs"), formats: ["es"], fileName: () => "page.js" } });
    writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="page.js"></script>');
  }],
  "Vite, for a server": ["node", "server.mjs", (folder) => byVite(folder, { ssr: join(app, "server.mjs"), rolldownOptions: { output: { entryFileNames: "server.mjs" } } })],
  "webpack, a page": ["chromium", "index.html", async (folder) => {
    await packed({ target: "web", optimization: UNMINIFIED, entry: join(app, "page.mjs"), output: { path: folder, filename: "main.js" } });
    writeFileSync(join(folder, "index.html"), '<!doctype html><script src="main.js"></script>');
  }],
  "webpack, for a server": ["node", "main.mjs", (folder) => packed({
    target: "node20", optimization: UNMINIFIED, entry: join(app, "server.mjs"), output: { path: folder, filename: "main.mjs", module: true, library: { type: "module" } }, experiments: { outputModule: true },
  })],
};

for (const [title, [where, file, make]] of Object.entries(BUNDLES)) {
  test(`${title}: its bundle serves the conformance data in ${where}`, async () => {
    const folder = mkdtempSync(join(app, "out-"));
    await make(folder);
    assert.deepEqual(await RUN[where](folder, file), { once: EXPECTED, conformance: { edge: [], full: [], loads: [] } });
  });
}

test("wrangler would deploy the example worker as its configuration says", async () => {
  cpSync(join(root, "www/worker"), join(app, "example"), { recursive: true });
  const folder = mkdtempSync(join(app, "out-"));
  const { stdout } = await byWrangler(join(app, "example"), folder, "wrangler.jsonc");
  for (const bound of [/env\.GATEWAY \(CohortGateway\)/, /env\.DIRECTORY \(kohort-directory\)/, /env\.BRAZE_REST_ENDPOINT/]) assert.match(stdout, bound);
  // The two modules of `kohort/edge`, and nothing of the others.
  assert.deepEqual(readdirSync(folder).filter((file) => file.endsWith(".wasm")).map((file) => file.replace(/^\w+-/, "")).sort(), ["kohort_edge_bg.wasm", "kohort_known_bg.wasm"]);
});

test("Vite, webpack and Rollup leave out what loads the module that a page does not use", async () => {
  writeFileSync(join(app, "less.mjs"), 'import { checkCohortRequest, init } from "kohort/edge"; globalThis.answer = () => [checkCohortRequest, init];');
  const input = join(app, "less.mjs");
  const made = ["vite", "webpack", "rollup"].map((name) => join(app, `less-${name}`));
  await byVite(made[0], { minify: false, rolldownOptions: { input } });
  await packed({ target: "web", optimization: UNMINIFIED, entry: input, output: { path: made[1] } });
  await byRollup("less.mjs", made[2]);
  for (const folder of made) {
    const files = readdirSync(folder, { recursive: true }).filter((file) => /js$/.test(file));
    assert.equal(files.length, 1);
    const text = readFileSync(join(folder, files[0]), "utf8");
    // webpack names files by their content, and writes those alone that something asks for; Vite writes all.
    const asked = /-webpack$/.test(folder) ? readdirSync(folder).filter((file) => file.endsWith(".wasm")) : text.match(/kohort_\w+_bg(?=[-\w]*\.wasm)/g);
    assert.equal(new Set(asked).size, 1, `${folder}: ${asked}`);
  }
});

test("the inline entry says in workerd, which compiles no bytes, what to import there", async () => {
  const text = 'import("kohort/edge/inline").then(() => "no error", (error) => error.message)';
  writeFileSync(join(app, "refused.mjs"), `export default { fetch: async () => new Response(await ${text}) };`);
  const folder = join(app, "refused");
  await byEsbuild("refused.mjs", folder);
  const miniflare = await startWorkerd(folder, "refused.js");
  try {
    assert.match(await (await miniflare.dispatchFetch("http://worker/")).text(), /; workerd, .* compiles no bytes: import the entry without \/inline there$/);
  } finally {
    await miniflare.dispose();
  }
});
