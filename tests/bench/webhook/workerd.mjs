// W6's three workers in one process of workerd, each on a loopback port of its own.

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Miniflare } from "miniflare";
import { validatorModule } from "./schema.mjs";

const WORKERS = fileURLToPath(new URL("workers/", import.meta.url));
export const NAMES = ["ours", "peer", "nothing"];

/** Bundles and starts them. Answers their addresses by name, the process's number, and how to end it. */
export async function startWorkers() {
  const folder = mkdtempSync(join(tmpdir(), "kohort-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  await bundle(folder);
  const wasm = readdirSync(folder).filter((file) => file.endsWith(".wasm"));
  const before = new Set(workerdPids());
  const miniflare = new Miniflare({
    workers: NAMES.map((name) => ({
      name,
      modulesRoot: folder,
      compatibilityDate: "2026-01-01",
      modules: [
        { type: "ESModule", path: join(folder, `${name}.mjs`) },
        ...(name === "ours" ? wasm.map((file) => ({ type: "CompiledWasm", path: join(folder, file) })) : []),
      ],
      // WHY: without miniflare's own worker in front, which would take as long as what is measured.
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    })),
  });
  await miniflare.ready;
  const urls = {};
  for (const name of NAMES) urls[name] = (await miniflare.unsafeGetDirectURL(name)).origin;
  return {
    urls,
    // Others may run beside it.
    pid: workerdPids().find((pid) => !before.has(pid)),
    async close() {
      await miniflare.dispose();
      remove();
      process.off("exit", remove);
    },
  };
}

async function bundle(folder) {
  const require = createRequire(new URL("../../../pkg/package.json", import.meta.url));
  const { build } = await import(pathToFileURL(require.resolve("esbuild")));
  const validator = join(folder, "validator.js");
  writeFileSync(validator, validatorModule());
  await build({
    entryPoints: NAMES.map((name) => join(WORKERS, `${name}.mjs`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "import"],
    alias: { "webhook-validator": validator },
    loader: { ".wasm": "copy" },
    nodePaths: [join(process.env.KOHORT_PACKAGE_DIR, "node_modules"), fileURLToPath(new URL("../../node_modules", import.meta.url))],
    logLevel: "warning",
  });
}

/** The numbers of the workerds that this process started, where there is a /proc. */
function workerdPids() {
  if (!existsSync("/proc/self/stat")) return [];
  return readdirSync("/proc").filter((entry) => {
    try {
      const [, name, parent] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, "utf8"));
      return name === "workerd" && Number(parent) === process.pid;
    } catch {
      return false; // No process, or one that has ended.
    }
  });
}
