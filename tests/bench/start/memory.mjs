// A process that checks many bodies: prints by how much memory grew after the first ones.

import { wasmBytes } from "../support/watched_wasm.mjs";
import { entryUrl } from "../support/package.mjs";
import { CORPORA, thousandProblems } from "../check/corpus.mjs";

const checks = Number(process.argv[2]);
const { checkCohortRequest, createCohortChecker } = await import(entryUrl("kohort/edge"));
const checker = createCohortChecker({ endpoint: "users", strict: true });
const bodies = [
  ...Object.values(CORPORA).flatMap((make) => make(5)),
  ...thousandProblems(5),
  new Uint8Array([0x7b]),
];

const checkSome = (count) => {
  for (let at = 0; at < count; at++) {
    const body = bodies[at % bodies.length];
    const answer = at % 8 === 0 ? checkCohortRequest(body, { endpoint: "users" }) : checker.check(body);
    if (answer.ok !== (answer.problems.length === 0)) throw new Error("ok with problems");
  }
};
const measured = () => {
  globalThis.gc();
  return { wasm: wasmBytes(), heap: process.memoryUsage().heapUsed };
};

checkSome(bodies.length * 16);
const before = measured();
checkSome(checks);
const after = measured();
console.log(
  JSON.stringify({
    checks,
    wasmBytes: after.wasm,
    wasmGrowth: after.wasm - before.wasm,
    heapGrowth: after.heap - before.heap,
  }),
);
