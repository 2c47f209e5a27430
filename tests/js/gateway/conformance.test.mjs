import assert from "node:assert/strict";
import test from "node:test";
import { cases } from "../support/gateway_cases.mjs";
import { differences } from "../support/gateway_run.mjs";
import { edge } from "../support/package.mjs";

for (const given of cases) {
  test(given.name, async () => assert.deepEqual(await differences(edge, [given]), []));
}

test("the runner finds what differs", async () => {
  const given = { name: "health", request: { method: "GET", path: "/health" }, expected: { status: 200, code: "health.ok", forwarded: [] } };
  assert.deepEqual(await differences(edge, [given]), []);
  const wrong = { ...given, expected: { status: 503, code: "health.ok", forwarded: [{ path: "/" }] } };
  assert.deepEqual(await differences(edge, [wrong]), ["health: status should be 503 and is 200", 'health: forwarded should be [{"path":"/"}] and is []']);
  assert.ok(new Set(cases.map(({ name }) => name)).size === cases.length && cases.length > 90, "each case has a name of its own");
});
