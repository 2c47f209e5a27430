import assert from "node:assert/strict";
import test from "node:test";
import { cases, loads, payloads } from "../support/conformance_cases.mjs";
import { covers, differences, loadDifferences } from "../support/conformance_run.mjs";
import { edge, full, vendors } from "../support/package.mjs";

test("the conformance data is judged by kohort/edge as it says", () => {
  assert.ok(cases.length > 200, `only ${cases.length} cases`);
  assert.deepEqual(differences(edge, cases), []);
});

test("and by kohort", () => {
  assert.deepEqual(differences(full, cases), []);
});

test("bodies of /users/track and CSV are loaded by kohort as they say", async () => {
  assert.ok(loads.length > 35, `only ${loads.length} cases`);
  assert.deepEqual(await loadDifferences(full, loads), []);
});

test("payloads of other vendors are judged by kohort/vendors as they say", () => {
  assert.ok(payloads.length > 70, `only ${payloads.length} cases`);
  assert.deepEqual(differences(vendors, payloads), []);
});

test("a difference is found", async () => {
  const [first] = cases;
  const other = { ...first, expected: { ...first.expected, status: 599 } };
  assert.equal(differences(edge, [other]).length, 1);
  const load = loads.find(({ expected }) => expected.profiles?.length > 0);
  const without = { ...load, expected: { ...load.expected, profiles: [] } };
  const more = { ...load, expected: { ...load.expected, counts: { loaded: 9 } } };
  assert.equal((await loadDifferences(full, [without, more])).length, 2);
  assert.ok(!covers([1], [1, 2]) && !covers({ a: 1 }, { a: 2 }) && covers({ a: 1, b: 2 }, { b: 2 }));
});
