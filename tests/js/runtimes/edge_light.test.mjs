// The edge-light entry and the inline one in npm's edge-runtime, the nearest to Vercel's that there is.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { EXPECTED } from "../support/once_through.mjs";
import { project } from "../support/package.mjs";
import { given } from "./given.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const load = (folder, name) => import(pathToFileURL(createRequire(join(root, folder, "package.json")).resolve(name)));
const { build } = await load("pkg", "esbuild");
const { EdgeRuntime } = await load("tests", "edge-runtime");

const folder = mkdtempSync(join(tmpdir(), "kohort-edge-light-"));
after(() => rmSync(folder, { recursive: true }));

// npm's edge-runtime has no streams that pack and unpack.
const { packed, ...WITHOUT_STREAMS } = EXPECTED;

/** Bundles a worker that goes once through these entries. */
async function bundle(entries, options = {}) {
  const file = join(folder, "worker.mjs");
  writeFileSync(file, `
    import * as edge from "${entries.edge}";
    import * as full from "${entries.full}";
    import { onceThrough } from ${JSON.stringify(join(root, "tests/js/support/once_through.mjs"))};
    globalThis.answer = (given) => onceThrough(edge, full, given);
  `);
  const { outputFiles: [{ text }] } = await build({
    entryPoints: [file], bundle: true, write: false, format: "esm", conditions: ["edge-light", "worker", "import"],
    nodePaths: [join(project, "node_modules")], logLevel: "error", ...options,
  });
  return text;
}

async function run(code, modules) {
  const runtime = new EdgeRuntime({ initialCode: code, extend: (context) => Object.assign(context, { modules }) });
  const said = await runtime.evaluate(`answer(${JSON.stringify(given)}).then(JSON.stringify)`);
  return JSON.parse(said);
}

test("a build for edge-light imports the modules as Vercel compiles them, and nothing of Node", async () => {
  const text = await bundle({ edge: "kohort/edge", full: "kohort" }, { external: ["*.wasm?module"] });
  const imports = [...text.matchAll(/\bfrom\s*"([^"]+)"|\bimport\s*"([^"]+)"/g)].map(([, from, bare]) => from ?? bare);
  assert.deepEqual(imports.map((path) => path.replace(/^.*\//, "")).sort(), [
    "kohort_edge_bg.wasm?module", "kohort_full_bg.wasm?module", "kohort_known_bg.wasm?module", "kohort_regex_bg.wasm?module",
  ]);
  assert.doesNotMatch(text, /"node:/);
});

test("the edge-light entry runs where its imports are compiled", async () => {
  const modules = {};
  const compiled = {
    name: "compiled modules",
    setup(build) {
      build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.replace("?module", "")), namespace: "compiled" }));
      build.onLoad({ filter: /.*/, namespace: "compiled" }, ({ path }) => {
        modules[path] = readFileSync(path);
        return { contents: `export default new WebAssembly.Module(modules[${JSON.stringify(path)}]);` };
      });
    },
  };
  const code = await bundle({ edge: "kohort/edge", full: "kohort" }, { format: "iife", plugins: [compiled] });
  assert.equal(Object.keys(modules).length, 4);
  assert.deepEqual(await run(code, modules), WITHOUT_STREAMS);
});

test("the inline entries run in it as they are", async () => {
  const code = await bundle({ edge: "kohort/edge/inline", full: "kohort/inline" }, { format: "iife" });
  assert.deepEqual(await run(code, {}), WITHOUT_STREAMS);
});
