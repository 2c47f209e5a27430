// What a build for edge-light imports.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { bundle } from "../support/runtimes.mjs";

test("a build for edge-light imports the modules as Vercel compiles them, and nothing of Node", async () => {
  const program = fileURLToPath(new URL("programs/once.mjs", import.meta.url));
  const options = { conditions: ["edge-light", "worker", "import"], external: ["*.wasm?module"] };
  const [{ text }] = await bundle(program, join(process.env.KOHORT_PACKAGE_DIR), options, "export { answer };");
  const imports = [...text.matchAll(/\bfrom\s*"([^"]+)"|\bimport\s*"([^"]+)"/g)].map(([, from, bare]) => from ?? bare);
  assert.deepEqual(imports.map((path) => path.replace(/^.*\//, "")).sort(), [
    "kohort_edge_bg.wasm?module", "kohort_full_bg.wasm?module", "kohort_known_bg.wasm?module", "kohort_regex_bg.wasm?module",
  ]);
  assert.doesNotMatch(text, /"node:/);
});
