import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { edge, full, project, vendors } from "../support/package.mjs";

const EDGE = [
  "Directory", "SyncGuard", "checkCohortRequest", "classifyResponse", "clusters", "createCohortChecker", "createCohortGateway",
  "diffCohort", "diffCohortStream", "durableObject", "init", "memoryState", "planCohortImport", "readHeapWebhook", "verifyHeapSignature", "withKeys",
];

const VENDORS = ["guessVendor", "init", "readVendorPayload", "vendors", "writeMoEngage"];

test("the entries export their calls and nothing else", () => {
  assert.deepEqual(Object.keys(edge).sort(), EDGE);
  assert.deepEqual(Object.keys(full).sort(), [...EDGE, "Segment", "Workspace", "checkSegment", "loadRegex"].sort());
  assert.deepEqual(Object.keys(vendors).sort(), VENDORS);
});

test("in Node all is ready at import, and init can be called", async () => {
  assert.equal(edge.checkCohortRequest("{}", { endpoint: "users" }).ok, false);
  assert.equal(await edge.init(), undefined);
});

test("the inline entry carries its module", async () => {
  const folder = join(project, "node_modules/kohort");
  const require = createRequire(join(project, "package.json"));
  for (const [entry, calls] of [["kohort/edge/inline", edge], ["kohort/inline", full]]) {
    const file = require.resolve(entry);
    assert.ok(file.startsWith(folder));
    const inline = await import(file);
    assert.deepEqual(Object.keys(inline).sort(), Object.keys(calls).sort());
    assert.equal(inline.checkCohortRequest("{}", { endpoint: "users" }).problems.length, 4);
    assert.doesNotMatch(readFileSync(file, "utf8"), /node:/);
  }
  const inline = await import(require.resolve("kohort/vendors/inline"));
  assert.deepEqual(Object.keys(inline).sort(), VENDORS);
  assert.equal(inline.guessVendor("[").problems.length, 1);
});

// What it does before and after `init` is asked in a browser: here the Node entry has started the module.
test("the browser entry exports the same calls", async () => {
  const folder = join(project, "node_modules/kohort/dist");
  const browser = await import(join(folder, "edge.browser.js") + "?alone");
  assert.deepEqual(Object.keys(browser).sort(), EDGE);
  assert.deepEqual(Object.keys(await import(join(folder, "vendors.browser.js") + "?alone")).sort(), VENDORS);
});

test("the package has no dependencies and names every file that it needs", () => {
  const folder = join(project, "node_modules/kohort");
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  assert.equal(manifest.dependencies, undefined);
  for (const file of ["types.d.ts", "edge.d.ts", "known.d.ts", "vendors.d.ts", "VENDORS.md", "segment.d.ts", "explain.d.ts", "LICENSE-MIT", "LICENSE-APACHE", "CHANGELOG.md"]) readFileSync(join(folder, file));
});

test("ENTRIES.md names the versions that are pinned", () => {
  const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
  const pinned = ["pkg", "tests"].reduce((all, folder) => ({ ...all, ...JSON.parse(read(`${folder}/package.json`)).devDependencies }), {});
  const named = [...read("pkg/ENTRIES.md").matchAll(/`([@a-z/-]+)` (\d[\w.]*)/g)].map(([, name, version]) => [name, version]);
  assert.ok(named.length >= 10);
  for (const [name, version] of named) assert.equal(version, pinned[name], name);
});
