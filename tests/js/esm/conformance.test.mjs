import assert from "node:assert/strict";
import test from "node:test";
import { cases } from "../support/conformance_cases.mjs";
import { covers, differences } from "../support/conformance_run.mjs";
import { edge, full } from "../support/package.mjs";

test("the conformance data is judged by kohort/edge as it says", () => {
  assert.ok(cases.length > 200, `only ${cases.length} cases`);
  assert.deepEqual(differences(edge, cases), []);
});

test("and by kohort", () => {
  assert.deepEqual(differences(full, cases), []);
});

test("a difference is found", () => {
  const [first] = cases;
  const other = { ...first, expected: { ...first.expected, status: 599 } };
  assert.equal(differences(edge, [other]).length, 1);
  assert.ok(!covers([1], [1, 2]) && !covers({ a: 1 }, { a: 2 }) && covers({ a: 1, b: 2 }, { b: 2 }));
});
