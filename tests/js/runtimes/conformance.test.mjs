// The conformance data in every runtime.
import assert from "node:assert/strict";
import test from "node:test";
import { cases, loads } from "../support/conformance_cases.mjs";
import { answerIn, testInEach } from "../support/runtimes.mjs";

const PROGRAM = new URL("programs/conformance.mjs", import.meta.url);

testInEach("the conformance data is judged as it says", PROGRAM, { cases, loads }, (said) => assert.deepEqual(said, { edge: [], full: [], loads: [] }));

test("a difference that is there comes back", async () => {
  const other = { ...cases[0], expected: { ...cases[0].expected, status: 599 } };
  const { edge, full, loads } = await answerIn("Node, by import", PROGRAM, { cases: [other], loads: [] });
  assert.deepEqual([edge.length, full.length, loads.length], [1, 1, 0]);
});
