// The edge module that another compiler made, in the place of the package's own.
import assert from "node:assert/strict";
import { copyFileSync, cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { sign, webhook } from "../support/bodies.mjs";
import { edge, project } from "../support/package.mjs";

const copy = join(project, `second-way-${process.pid}`);
const inPlace = join(copy, "dist/wasm/edge/kohort_edge_bg.wasm");
cpSync(join(project, "node_modules/kohort"), copy, { recursive: true });
const own = readFileSync(inPlace);
copyFileSync(process.env.KOHORT_EDGE_MODULE, inPlace);
after(() => rmSync(copy, { recursive: true }));
const other = await import(join(copy, "dist/edge.node.js"));

test("it is another module, and answers as the package's own does", () => {
  assert.ok(!own.equals(readFileSync(inPlace)), "two compilers made the same bytes");
  const body = webhook(), now = 1_690_000_000_000;
  const calls = [
    ({ checkCohortRequest }) => checkCohortRequest('{"cohort_id":"c","cohort_changes":[{"user_ids":["a","a",5]}]}', { endpoint: "users" }),
    ({ verifyHeapSignature }) => verifyHeapSignature(body, sign(body, "s", now), { secret: "s", now }),
    ({ planCohortImport }) => structuredClone(planCohortImport(body, { partner: "heap" })),
  ];
  for (const call of calls) assert.deepEqual(call(other), call(edge));
  assert.equal(calls[1](other).ok, true);
  assert.equal(calls[2](other).requests.length, 1);
});
