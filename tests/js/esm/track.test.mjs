import assert from "node:assert/strict";
import test from "node:test";
import { full } from "../support/package.mjs";

const { Workspace } = full;

async function create(t) {
  const workspace = await Workspace.create();
  t.after(() => workspace.free());
  return workspace;
}

test("bodies of /users/track change the profiles that an export brought", async (t) => {
  const workspace = await create(t);
  await workspace.loadProfiles('{"external_id":"ada","custom_attributes":{"visits":1,"tags":["a"]}}', { asOf: "2026-01-01" });
  const event = (time) => ({ external_id: "ada", name: "seen", time });
  const body = {
    attributes: [{ external_id: "ada", visits: { inc: 2 }, tags: { add: ["b"] } }, { external_id: "eve", tags: { add: 5 } }],
    events: [event("2025-12-31T23:00:00Z"), event("2026-01-01T00:00:01Z")],
    purchases: [{ external_id: "ada", product_id: "p", currency: "USD", price: -1.5, quantity: 2, time: "2026-02-01" }],
  };
  const { ok, loaded, updated, rejected, covered, problems: [problem] } = await workspace.loadProfiles(JSON.stringify(body));
  assert.deepEqual([ok, loaded, updated, rejected, covered], [false, 0, 3, 1, 1]);
  assert.deepEqual([problem.code, problem.line, problem.path], ["track.operation", 1, "/attributes/1/~?1"]);
  assert.deepEqual(workspace.profile({ external_id: "ada" }), {
    external_id: "ada", custom_attributes: { visits: 3, tags: ["a", "b"] }, total_revenue: -3,
    custom_events: [{ name: "seen", first: "2026-01-01T00:00:01.000Z", last: "2026-01-01T00:00:01.000Z", count: 1 }],
    purchases: [{ name: "p", first: "2026-02-01T00:00:00.000Z", last: "2026-02-01T00:00:00.000Z", count: 2 }],
  });
  assert.equal(workspace.profile({ external_id: "eve" }), undefined);
});

test("an array of objects is read from a stream, however it is cut", async (t) => {
  const workspace = await create(t);
  const objects = Array.from({ length: 2000 }, (_, n) => JSON.stringify({ external_id: `u${n % 100}`, n: { inc: 1 } }));
  const text = new TextEncoder().encode(`{"attributes":[${objects}]}`);
  const seen = [];
  const source = new ReadableStream({
    start(controller) {
      for (let at = 0; at < text.length; at += 777) controller.enqueue(text.subarray(at, at + 777));
      controller.close();
    },
  });
  const answer = await workspace.loadProfiles(source, { format: "track", onProgress: ({ updated }) => seen.push(updated) });
  assert.deepEqual([answer.ok, answer.loaded, answer.updated], [true, 100, 1900]);
  assert.ok(seen.some((updated) => updated > 0 && updated < 1900), "applied while it is read");
  assert.equal(workspace.profile({ external_id: "u7" }).custom_attributes.n, 20);
});

test("the format can be said, and the moment of an export is a number, a Date or a text", async (t) => {
  const workspace = await create(t);
  const body = '{"attributes":[],"x":1}';
  assert.equal((await workspace.loadProfiles(body)).ok, true);
  assert.equal((await workspace.loadProfiles(body, { format: "export" })).problems[0].code, "profile.other_format");
  assert.equal((await workspace.loadProfiles('{"external_id":"a"}', { format: "track" })).problems[0].code, "profile.other_format");
  assert.equal((await workspace.loadProfiles('{"x":1}', { format: "track" })).problems[0].code, "track.body");
  await assert.rejects(workspace.loadProfiles("", { format: "json" }), /format must be/);
  const noon = '{"events":[{"external_id":"a","name":"seen","time":"2026-01-01T12:00:00Z"}]}';
  for (const [asOf, covered] of [
    ["2026-01-01T12:00:00", 1], ["2026-01-01T13:00:00.000+01:00", 1], [new Date("2026-01-01T12:00:00Z"), 1], [1767268800000, 1],
    ["2026-01-01T11:59:59.999Z", 0], ["2026-01-01", 0], [undefined, 0],
  ]) {
    await workspace.loadProfiles('{"external_id":"a"}', { asOf });
    assert.equal((await workspace.loadProfiles(noon)).covered, covered, String(asOf));
  }
  for (const asOf of ["yesterday", "", "2026-02-30", NaN, null, {}, true]) {
    await assert.rejects(workspace.loadProfiles("", { asOf }), { name: "TypeError", message: /asOf must be a time/ });
  }
});
