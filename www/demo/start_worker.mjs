// Bundles www/worker against the packed package and runs it in workerd, the runtime of Cloudflare
// Workers, on a loopback port.
import { createRequire } from "node:module";
import { rmSync } from "node:fs";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Loads an npm package from where a folder of the tree has it installed. */
async function load(folder, name) {
  const require = createRequire(join(root, folder, "package.json"));
  return import(pathToFileURL(require.resolve(name)));
}

/** Bundles the worker against the package installed in the project `packageDir`; answers the folder with its files. */
export async function bundleWorker(packageDir) {
  const { build } = await load("pkg", "esbuild");
  const folder = await mkdtemp(join(tmpdir(), "kohort-worker-"));
  // Also when Ctrl-C ends everything: miniflare then exits without a word to us.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await build({
    entryPoints: [join(root, "www/worker/worker.mjs")],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    entryNames: "worker",
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "import"],
    loader: { ".wasm": "copy" },
    external: ["cloudflare:workers"],
    // The package is found in the project outside the tree, as its users have it.
    nodePaths: [join(packageDir, "node_modules")],
    logLevel: "warning",
  });
  return folder;
}

/**
 * Runs a bundled worker with what it finds in `env`. What its Durable Object and its bucket keep is in the folder
 * `kept`, or gone when it ends. Its log lines go to `log`.
 */
export async function runWorker({ folder, environment, kept, log = () => {}, port = 0 }) {
  const { Miniflare } = await load("tests", "miniflare");
  const wasm = (await readdir(folder)).filter((file) => file.endsWith(".wasm"));
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port,
    rootPath: folder,
    modulesRoot: folder,
    modules: [
      { type: "ESModule", path: join(folder, "worker.mjs") },
      ...wasm.map((file) => ({ type: "CompiledWasm", path: join(folder, file) })),
    ],
    compatibilityDate: "2026-01-01",
    bindings: environment,
    // As wrangler.jsonc has it.
    durableObjects: { GATEWAY: { className: "CohortGateway", useSQLite: true } },
    r2Buckets: ["DIRECTORY"],
    ...(kept && { durableObjectsPersist: join(kept, "objects"), r2Persist: join(kept, "buckets") }),
    handleRuntimeStdio(stdout, stderr) {
      for (const stream of [stdout, stderr]) {
        stream.setEncoding("utf8");
        stream.on("data", log);
      }
    },
  });
  const url = await miniflare.ready;
  return {
    url: url.origin,
    close: () => miniflare.dispose(),
  };
}

/** Both, one after the other. */
export async function startWorker({ packageDir, ...options }) {
  return runWorker({ folder: await bundleWorker(packageDir), ...options });
}
