// start: the first request of a fresh worker, and memory after many.
//
// What is measured, each in a Node process of its own, medians of 7: importing (for ours that reads,
// compiles and instantiates the module), making the checker with the first check, and the second
// check. "compiling and instantiating" is what `WebAssembly` itself took of the import. And how much
// memory grows over 10,000 checks of good and bad bodies.
// Corpus: bodies of 1,000 ids of W1, a different one for each check.
// Notes: the peers' import reads their source through Node's loader, as ours does. V8 compiles a wasm
// function at its first call, so the first check pays for the compiling too.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../support/alternate.mjs";
import { child } from "../support/child.mjs";
import { CORPORA } from "../check/corpus.mjs";

const FIRST_CALL = new URL("./first_call.mjs", import.meta.url);
const MEMORY = new URL("./memory.mjs", import.meta.url);
const NAMES = { kohort: "kohort", hand: "hand-written, with Sets", ajv: "ajv 8, compiled" };

/** Runs it; answers tables and measures. */
export function run({ options }) {
  const folder = mkdtempSync(join(tmpdir(), "kohort-bench-"));
  try {
    return measure(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(folder, options) {
  const files = CORPORA["1,000 ids"](2).map((body, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, body);
    return file;
  });
  const samples = Object.fromEntries(Object.keys(NAMES).map((name) => [name, []]));
  // In turn, as everywhere.
  for (let round = 0; round < (options.quick ? 1 : 7); round++) {
    for (const name of Object.keys(NAMES)) samples[name].push(child(FIRST_CALL, [name, ...files]));
  }
  const middle = (name, read) => median(samples[name].map(read));
  const rows = Object.entries(NAMES).flatMap(([name, title]) => [
    { name: `${title}: import`, time: middle(name, ({ importMs }) => importMs) },
    { name: `${title}: first check`, time: middle(name, ({ checks }) => checks[0]) },
    { name: `${title}: second check`, time: middle(name, ({ checks }) => checks[1]) },
  ]);
  const instantiate = middle("kohort", ({ compileMs, instantiateMs }) => compileMs + instantiateMs);
  const inImport = { name: "kohort: of the import, compiling and instantiating", time: instantiate };
  inImport.measure = "start.instantiate";
  rows.splice(1, 0, inImport);
  rows[2].measure = "start.firstRequest";

  const memory = child(MEMORY, [options.quick ? "200" : "10000"], ["--expose-gc"]);
  return {
    notes: [
      `after ${memory.checks} checks: wasm memory ${(memory.wasmBytes / 1000).toFixed(0)} KB, grown by ${memory.wasmGrowth} B; JavaScript's heap by ${memory.heapGrowth} B`,
    ],
    tables: [{ title: "start, fresh processes, bodies of 1,000 ids", unit: "ms", rows }],
    measures: {
      "start.instantiate": single(instantiate),
      "start.firstRequest": single(rows[2].time),
      "start.growthBytes": single(memory.wasmGrowth),
    },
    samples,
  };
}

function single(value) {
  return { median: value, perRun: [value] };
}
