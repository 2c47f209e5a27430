// The gateway's conformance data in every runtime.
import assert from "node:assert/strict";
import test from "node:test";
import { cases } from "../support/gateway_cases.mjs";
import { answerIn, testInEach } from "../support/runtimes.mjs";

const PROGRAM = new URL("programs/gateway.mjs", import.meta.url);

testInEach("the gateway answers as its conformance data says", PROGRAM, { cases }, (said) => assert.deepEqual(said, { edge: [], full: [] }));

test("a difference that is there comes back", async () => {
  const [given] = cases.filter(({ steps, expected }) => !steps && expected.status === 200);
  const said = await answerIn("Node, by import", PROGRAM, { cases: [{ ...given, expected: { ...given.expected, status: 599 } }] });
  assert.deepEqual([said.edge.length, said.full.length], [1, 1]);
});
