// The runtimes in which the packed package is tried, in one table. A program is a module whose default
// export is `async (edge, full, given) => answer`: it gets `kohort/edge` and `kohort` as its runtime loads
// them, and what it is given and answers goes as JSON. It may import its neighbours, the package's entries
// by name and `node:` modules where there are any.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const project = process.env.KOHORT_PACKAGE_DIR;
const require = createRequire(join(root, "tests/package.json"));
const load = (folder, name) => import(pathToFileURL(createRequire(join(root, folder, "package.json")).resolve(name)));

const BY_NAME = { edge: "kohort/edge", full: "kohort" };
const INLINE = { edge: "kohort/edge/inline", full: "kohort/inline" };

// Each says what it is: an answer of another runtime than was meant would look the same.
const WHERE = `globalThis.Deno ? "deno" : globalThis.Bun ? "bun" : globalThis.EdgeRuntime ? "edge-runtime"
  : globalThis.navigator?.userAgent === "Cloudflare-Workers" ? "workerd" : "node"`;

/** Bundles a program with the text that calls it; answers esbuild's files, the first of which is that. */
export async function bundle(program, folder, options, text, entries = BY_NAME) {
  const { build } = await load("pkg", "esbuild");
  mkdirSync(folder, { recursive: true });
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as edge from "${entries.edge}";
        import * as full from "${entries.full}";
        import program from ${JSON.stringify(program)};
        const answer = async (given) => ({ where: ${WHERE}, answer: await program(edge, full, given) });
        ${text}`,
      resolveDir: folder, loader: "js",
    },
    // The package is found in the project outside the tree, also from programs in it.
    outfile: join(folder, "main.mjs"), bundle: true, write: false, format: "esm", nodePaths: [join(project, "node_modules")], logLevel: "error", ...options,
  });
  return outputFiles;
}

/** A program in a process of its own for each question, which ends by itself. */
function inProcess(where, command, words, { file = "main.mjs", format = "esm" } = {}) {
  return async (program, folder) => {
    const [{ text }] = await bundle(program, folder, { format, platform: "node", external: ["kohort", "kohort/*"] }, `
      import { readFileSync } from "node:fs";
      answer(JSON.parse(readFileSync(${JSON.stringify(join(folder, "given.json"))}, "utf8"))).then((said) => console.log(JSON.stringify(said)));`);
    writeFileSync(join(folder, file), text);
    // Where Deno and Bun keep what they keep.
    const home = join(folder, "home");
    const env = { ...process.env, NO_COLOR: "1", HOME: home, DENO_DIR: home, DENO_NO_UPDATE_CHECK: "1", BUN_INSTALL: home };
    return {
      async ask(given) {
        writeFileSync(join(folder, "given.json"), JSON.stringify(given ?? null));
        const { stdout } = await promisify(execFile)(command(), [...words, join(folder, file)], { cwd: folder, env, timeout: 60_000, maxBuffer: 1 << 26 });
        return heard(where, stdout);
      },
      close() {},
    };
  };
}

/** The program of this machine, which npm's package itself names among its optional dependencies. */
function binary(name, file) {
  const { optionalDependencies } = require(`${name}/package.json`);
  const from = createRequire(require.resolve(`${name}/package.json`));
  for (const each of Object.keys(optionalDependencies)) {
    try {
      return from.resolve(`${each}/${file}`);
    } catch {} // of another system
  }
  throw new Error(`npm's ${name} has no program for this machine`);
}

/** A workerd that runs the module `main` with the compiled modules that lie beside it. */
export async function startWorkerd(folder, main) {
  const { Miniflare } = await load("tests", "miniflare");
  return new Miniflare({
    host: "127.0.0.1",
    modulesRoot: folder,
    modules: [
      { type: "ESModule", path: join(folder, main) },
      ...readdirSync(folder).filter((file) => file.endsWith(".wasm")).map((file) => ({ type: "CompiledWasm", path: join(folder, file) })),
    ],
    compatibilityDate: "2026-01-01",
  });
}

async function inWorkerd(program, folder) {
  const files = await bundle(program, folder, { conditions: ["workerd", "worker", "import"], loader: { ".wasm": "copy" } }, `
    export default { fetch: async (request) => Response.json(await answer(await request.json())) };`);
  assert.equal(files.length, 5, "edge, known, full, regex and the code");
  for (const { path, contents } of files) writeFileSync(path, contents);
  const miniflare = await startWorkerd(folder, "main.mjs");
  return {
    async ask(given) {
      const response = await miniflare.dispatchFetch("http://worker/", { method: "POST", body: JSON.stringify(given ?? null) });
      const text = await response.text();
      assert.equal(response.status, 200, text);
      return heard("workerd", text);
    },
    close: () => miniflare.dispose(),
  };
}

/** Builds for edge-light as Vercel does, but for the modules: those are handed over. */
const compiledInto = (modules) => ({
  name: "compiled modules",
  setup(build) {
    build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.replace("?module", "")), namespace: "compiled" }));
    build.onLoad({ filter: /.*/, namespace: "compiled" }, ({ path }) => {
      modules[path] = readFileSync(path);
      return { contents: `export default new WebAssembly.Module(modules[${JSON.stringify(path)}]);` };
    });
  },
});

/** npm's edge-runtime, the nearest to Vercel's that there is. */
function inEdgeRuntime(entries) {
  return async (program, folder) => {
    const { EdgeRuntime } = await load("tests", "edge-runtime");
    const modules = {};
    const options = { format: "iife", conditions: ["edge-light", "worker", "import"], plugins: [compiledInto(modules)] };
    const [{ text }] = await bundle(program, folder, options, "globalThis.answer = answer;", entries);
    assert.equal(Object.keys(modules).length, entries === INLINE ? 0 : 4, "modules beside the code");
    const runtime = new EdgeRuntime({ initialCode: text, extend: (context) => Object.assign(context, { modules }) });
    return {
      ask: async (given) => heard("edge-runtime", await runtime.evaluate(`answer(${JSON.stringify(given ?? null)}).then(JSON.stringify)`)),
      close() {},
    };
  };
}

function heard(where, text) {
  const said = JSON.parse(text);
  assert.equal(said.where, where);
  return said.answer;
}

const DENO = ["run", "--no-lock", "--no-remote", "--cached-only", "--allow-read", "--node-modules-dir=manual"];

/** Each runtime: what starts a program in a folder of the project, and whether it can unpack streams. */
export const RUNTIMES = {
  "Node, by import": { start: inProcess("node", () => process.execPath, []), streams: true },
  "Node, by require": { start: inProcess("node", () => process.execPath, [], { file: "main.cjs", format: "cjs" }), streams: true },
  Deno: { start: inProcess("deno", () => binary("deno", "deno"), DENO), streams: true },
  Bun: { start: inProcess("bun", () => binary("bun", "bin/bun"), ["--no-install"]), streams: true },
  workerd: { start: inWorkerd, streams: true },
  "edge-runtime, inline": { start: inEdgeRuntime(INLINE), streams: false },
  "edge-runtime, built for edge-light": { start: inEdgeRuntime(BY_NAME), streams: false },
};

/** Starts a program; `ask(given)` of what comes back answers, `close()` ends it. */
export async function startIn(name, program) {
  const folder = mkdtempSync(join(project, "runtime-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const started = await RUNTIMES[name].start(program instanceof URL ? fileURLToPath(program) : program, folder);
    return { ask: started.ask, close: async () => { await started.close(); remove(); } };
  } catch (fault) {
    remove();
    throw fault;
  }
}

/** What a program answers there to what it is given. */
export async function answerIn(name, program, given) {
  const started = await startIn(name, program);
  try {
    return await started.ask(given);
  } finally {
    await started.close();
  }
}

/** A test in each runtime, or in those that are named: `check` gets the answer and the runtime's row. */
export function testInEach(title, program, given, check, names = Object.keys(RUNTIMES)) {
  for (const name of names) test(`${name}: ${title}`, async () => check(await answerIn(name, program, given), RUNTIMES[name]));
}
