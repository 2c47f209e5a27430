// A process with users whose segments are counted: prints how much wasm memory they need then, and what counting took.
// Arguments: how many users, and `ids`, where they have nothing but an external id and nothing is counted.

import { median } from "../support/alternate.mjs";
import { wasmBytes } from "../support/watched_wasm.mjs";
import { entryUrl } from "../support/package.mjs";
import { IDS, profileChunks } from "../load/corpus.mjs";
import { compile, count, load, recount } from "./ours.mjs";
import { BASE, clock, recounts, segments } from "./questions.mjs";

const [words, form] = process.argv.slice(2);
const users = Number(words);
const full = await import(entryUrl("kohort"));
const before = wasmBytes();
const result = form === "ids" ? await idsAlone() : await counted();
console.log(JSON.stringify({ users, ...result, wasmBytes: wasmBytes() - before }));

async function idsAlone() {
  const workspace = await full.Workspace.create();
  const chunks = profileChunks(users, IDS);
  await workspace.loadProfiles(ReadableStream.from(chunks));
  return { loaded: workspace.userCount };
}

async function counted() {
  const tick = clock();
  const { workspace } = await load(full, users);
  const loadedBytes = wasmBytes() - before;
  const { ms: firstMs, made: segment } = timed(() => {
    const segment = compile(workspace, BASE);
    count(segment, tick());
    return segment;
  });
  const counts = repeated(20, () => count(segment, tick()));
  const many = segments(50).map((question) => compile(workspace, question));
  const manyMs = repeated(3, () => many.forEach((segment) => count(segment, tick())));
  const moved = recounts(2)(0);
  let at = 0;
  const recountMs = repeated(moved.length, () => recount(workspace, moved[at++], tick()));
  return { loadedBytes, firstMs, countMs: counts, manyMs, recountMs };
}

function timed(call) {
  const begin = performance.now();
  const made = call();
  return { ms: performance.now() - begin, made };
}

function repeated(times, call) {
  return median(Array.from({ length: times }, () => timed(call).ms));
}
