// A process that imports one checker and checks a few bodies: prints what each step took, in
// milliseconds. Arguments: which checker, and files with bodies.

import { readFileSync } from "node:fs";
import { wasmBytes, wasmTimes } from "../support/watched_wasm.mjs";
import { entryUrl } from "../support/package.mjs";

const CHECKERS = {
  kohort: async () => {
    const { createCohortChecker } = await import(entryUrl("kohort/edge"));
    return () => {
      const checker = createCohortChecker({ endpoint: "users", strict: true });
      return (bytes) => checker.check(bytes);
    };
  },
  hand: async () => {
    const { check } = await import("../check/peers/hand.mjs");
    return () => check;
  },
  ajv: async () => {
    const { Ajv } = await import("ajv");
    const { SCHEMA } = await import("../check/peers/schema.mjs");
    const { crossChecks } = await import("../check/peers/cross_checks.mjs");
    const { parse } = await import("../check/peers/parse.mjs");
    return () => {
      const isGood = new Ajv().compile(SCHEMA);
      return (bytes) => {
        const body = parse(bytes);
        return isGood(body) ? crossChecks(body.cohort_changes) : { ok: false };
      };
    };
  },
};

const [name, ...files] = process.argv.slice(2);
const bodies = files.map((file) => new Uint8Array(readFileSync(file)));

const begin = performance.now();
const prepare = await CHECKERS[name]();
const imported = performance.now();
const check = prepare();
const checks = [];
let before = imported;
for (const body of bodies) {
  if (!check(body).ok) throw new Error("a good body was refused");
  const now = performance.now();
  checks.push(now - before);
  before = now;
}
const { compileMs, instantiateMs } = wasmTimes();
console.log(
  JSON.stringify({ importMs: imported - begin, compileMs, instantiateMs, checks, wasmBytes: wasmBytes() }),
);
