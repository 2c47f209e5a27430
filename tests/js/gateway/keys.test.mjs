// The gateway lets the host hash the keys of its requests: they must be those that `planCohortImport` makes.
import assert from "node:assert/strict";
import test from "node:test";
import { sign, webhook } from "../support/bodies.mjs";
import { edge } from "../support/package.mjs";

const { createCohortGateway, memoryState, planCohortImport } = edge;
const now = 1_690_000_000_500;
const body = webhook({ add: Array.from({ length: 1500 }, (_, index) => `user-${index}`), remove: ["user-7", "grâce"] });

/** What the gateway wrote into its tables; in this mode. */
async function written(options) {
  const all = [];
  const state = memoryState();
  const gateway = createCohortGateway({
    config: () => ({ restEndpoint: "https://rest.iad-01.braze.com", keys: { partnerApiKey: "p", clientSecret: "c" }, heap: { secret: "s3cret" }, ...options }),
    state: { transaction: (work) => state.transaction((rows) => work({ ...rows, set: (table, key, value) => (all.push([table, key]), rows.set(table, key, value)) })) },
    fetch: async () => Response.json({ message: "success" }, { status: 201 }),
    now: () => now,
  });
  const headers = { "content-type": "application/json", "heap-hash": sign(body, "s3cret", now) };
  const answer = await (await gateway(new Request("http://worker/heap", { method: "POST", headers, body }))).json();
  return { answer, keys: all.filter(([table]) => table.startsWith("sent/")).map(([, key]) => key) };
}

test("the keys of requests that were sent are those of the plan, its name's first", async (t) => {
  const digest = t.mock.method(crypto.subtle, "digest");
  const { answer, keys } = await written({});
  assert.equal(answer.code, "page.forwarded");
  const plan = planCohortImport(body, { partner: "heap", createdAt: new Date(now).toISOString() });
  assert.equal(plan.requests.length, 3);
  assert.deepEqual(keys, plan.requests.map(({ idempotencyKey }) => idempotencyKey));
  const hashed = digest.mock.calls.map(({ arguments: [, bytes] }) => bytes.byteLength);
  assert.ok(hashed.filter((length) => length > 5_000).length >= 2, `${hashed} bytes`);
});

test("nothing is hashed where nothing is kept", async (t) => {
  const digest = t.mock.method(crypto.subtle, "digest");
  const { answer, keys } = await written({ mode: "check" });
  assert.deepEqual([answer.code, answer.ids, keys.length, digest.mock.callCount()], ["page.checked", 1501, 0, 0]);
});
