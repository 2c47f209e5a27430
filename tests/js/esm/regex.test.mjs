// Regular expressions of segments, through the packed module that matches them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "node:test";
import { full, project } from "../support/package.mjs";

const { Workspace, checkSegment } = full;
const matching = (pattern, comparison = "matches_regex") =>
  ({ filter: { custom_attribute: { custom_attribute_name: "plan", comparison, value: pattern } } });

async function workspaceOf(values, api = full) {
  const workspace = await api.Workspace.create();
  const profiles = values.map((plan, index) => JSON.stringify({ external_id: `u${index}`, custom_attributes: { plan } }));
  assert.equal((await workspace.loadProfiles(profiles.join("\n"))).ok, true);
  return workspace;
}

async function count(workspace, definition) {
  const { segment, problems } = await workspace.compileSegment(definition);
  assert.deepEqual(problems, []);
  const { count } = await segment.count();
  await segment.free();
  return count;
}

test("a segment's pattern is matched in part and in any case, each text of a column once", async () => {
  const workspace = await workspaceOf(["Pro", "team pro", "basic", "", null, 5, ["x", "PRO"], [], "\u212aelvin"]);
  assert.equal(await count(workspace, matching("pro")), 3);
  assert.equal(await count(workspace, matching("^pro$")), 2);
  assert.equal(await count(workspace, matching("^k")), 1);
  assert.equal(await count(workspace, matching("pro", "does_not_match_regex")), 2);
  assert.equal(await count(workspace, matching("")), 6);
});

test("a hundred thousand different texts go over in pieces", async () => {
  const texts = Array.from({ length: 100_000 }, (_, index) => `user-${index}@${index % 3 ? "example" : "braze"}.com ${"é".repeat(20)}`);
  const workspace = await workspaceOf(texts);
  assert.equal(await count(workspace, matching(String.raw`^user-\d+@BRAZE\.com`)), 33_334);
  assert.equal(await count(workspace, matching(String.raw`-\d{5}@`)), 90_000);
});

test("more patterns than are kept, and a segment that is asked again", async () => {
  const workspace = await workspaceOf(Array.from({ length: 50 }, (_, index) => `p${index}`));
  const segments = Array.from({ length: 50 }, (_, index) => workspace.compileSegment(matching(`^p${index}$`)).segment);
  for (const round of [0, 1]) for (const segment of segments) assert.equal(segment.count({ now: round }).count, 1);
});

test("patterns answer as PCRE2 does", async () => {
  const table = readFileSync(new URL("../../segments/patterns.jsonl", import.meta.url), "utf8");
  let compared = 0;
  for (const line of table.split("\n").filter(Boolean).slice(0, 260)) {
    const { pattern, texts = [], matches } = JSON.parse(line);
    if (!checkSegment(matching(pattern)).ok) continue;
    const workspace = await workspaceOf(texts);
    assert.equal(await count(workspace, matching(pattern)), [...matches].filter(one => one === "1").length, pattern);
    compared += texts.length;
    workspace.free();
  }
  assert.ok(compared > 200, `${compared}`);
});

test("what is not supported is a problem at its place, without the module", () => {
  const text = JSON.stringify(matching(String.raw`\d(?=x)`));
  const { ok, problems: [problem] } = checkSegment(text);
  assert.deepEqual([ok, problem.code, problem.path], [false, "segment.pattern_unsupported", "/filter/custom_attribute/value"]);
  assert.equal(text.slice(problem.offset, problem.endOffset), "(?=");
  assert.match(problem.message, /look-ahead/);
});

// A browser's entry, as far as Node runs it: alone in a process, and given its modules.
test("where it takes time to load, a compile before `loadRegex` says so", () => {
  const dist = join(project, "node_modules/kohort/dist");
  const program = `
    import { readFileSync } from "node:fs";
    import { Workspace, checkSegment, init, loadRegex } from ${JSON.stringify(pathToFileURL(join(dist, "full.browser.js")))};
    await init(readFileSync(${JSON.stringify(join(dist, "wasm/full/kohort_full_bg.wasm"))}));
    const workspace = await Workspace.create();
    await workspace.loadProfiles('{"external_id":"a","custom_attributes":{"plan":"pro"}}');
    const definition = ${JSON.stringify(matching("PRO"))};
    const said = [checkSegment(definition).ok];
    try { workspace.compileSegment(definition); } catch (error) { said.push(error.message); }
    await loadRegex(readFileSync(${JSON.stringify(join(dist, "wasm/regex/kohort_regex_bg.wasm"))}));
    await loadRegex();
    said.push(workspace.compileSegment(definition).segment.count().count);
    console.log(JSON.stringify(said));`;
  const said = JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" }));
  assert.deepEqual(said, [true, "a segment has a regular expression, and what matches it is not loaded: call `await loadRegex()` once before", 1]);
});

test("in the worker the module is loaded by itself", async () => {
  const { Workspace: Remote, terminate } = await import(pathToFileURL(join(project, "node_modules/kohort/dist/worker.node.js")));
  const workspace = await workspaceOf(["pro", "basic"], { Workspace: Remote });
  assert.equal(await count(workspace, matching("^PRO$")), 1);
  terminate();
});
