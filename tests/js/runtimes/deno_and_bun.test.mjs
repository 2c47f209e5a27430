// The packed package in Deno and Bun, by import, also its worker, from the programs that their npm
// packages carry. Each ends by itself.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { EXPECTED, FROM_WORKER } from "../support/once_through.mjs";
import { project } from "../support/package.mjs";
import { given } from "./given.mjs";

const require = createRequire(new URL("../../package.json", import.meta.url));
/** The program of this machine, which the package itself names among its optional dependencies. */
function program(name, file) {
  const { optionalDependencies } = require(`${name}/package.json`);
  const from = createRequire(require.resolve(`${name}/package.json`));
  for (const each of Object.keys(optionalDependencies)) {
    try {
      return from.resolve(`${each}/${file}`);
    } catch {} // of another system
  }
  throw new Error(`npm's ${name} has no program for this machine`);
}

const folder = join(project, `runtimes-${process.pid}`);
const caches = mkdtempSync(join(tmpdir(), "kohort-caches-"));
cpSync(fileURLToPath(new URL("../support/once_through.mjs", import.meta.url)), join(folder, "once_through.mjs"));
writeFileSync(join(folder, "main.mjs"), `
  import * as edge from "kohort/edge";
  import * as full from "kohort";
  import * as worker from "kohort/worker";
  import { onceThrough, throughWorker } from "./once_through.mjs";
  const runtime = globalThis.Deno ? "deno" : globalThis.Bun ? "bun" : "another";
  console.log(JSON.stringify({ runtime, ...await onceThrough(edge, full, ${JSON.stringify(given)}), worker: await throughWorker(worker) }));
`);
after(() => {
  for (const each of [folder, caches]) rmSync(each, { recursive: true, force: true });
});

for (const [runtime, file, words] of [
  ["deno", "deno", ["run", "--no-lock", "--no-remote", "--cached-only", "--allow-read", "--node-modules-dir=manual"]],
  ["bun", "bin/bun", ["--no-install"]],
]) {
  test(`once through the package in ${runtime}`, () => {
    const env = { ...process.env, NO_COLOR: "1", HOME: caches, DENO_DIR: join(caches, "deno"), DENO_NO_UPDATE_CHECK: "1", BUN_INSTALL: caches };
    const said = execFileSync(program(runtime, file), [...words, join(folder, "main.mjs")], { cwd: folder, env, encoding: "utf8", timeout: 60_000 });
    assert.deepEqual(JSON.parse(said), { runtime, ...EXPECTED, worker: FROM_WORKER });
  });
}
