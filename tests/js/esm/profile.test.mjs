import assert from "node:assert/strict";
import test from "node:test";
import { full } from "../support/package.mjs";

const { Workspace } = full;

test("a profile is answered back by each of its ids", async (t) => {
  const workspace = await Workspace.create();
  t.after(() => workspace.free());
  const profile = {
    external_id: "ada", braze_id: "b1", user_aliases: [{ alias_name: "n", alias_label: "l" }],
    country: "AT", total_revenue: 12.5, devices: [{ device_id: "d1" }, { idfv: "d2", model: "iPhone" }],
    apps: [{ name: "Shop", sessions: 3, last_used: "2026-01-02T03:04:05.678Z" }],
    custom_attributes: { plan: "trial", tags: ["b", "a", "a"], nested: { x: [1, null, { y: true }] }, "ünï": 1e21 },
  };
  const { ok, loaded } = await workspace.loadProfiles(JSON.stringify(profile));
  assert.deepEqual([ok, loaded], [true, 1]);
  for (const user of [
    { external_id: "ada" }, { braze_id: "b1" }, { device_id: "d2" }, { alias: { alias_name: "n", alias_label: "l" } },
  ]) assert.deepEqual(workspace.profile(user), profile);
  assert.equal(workspace.profile({ external_id: "eve" }), undefined);
  assert.equal(workspace.profile({ alias: { alias_name: "l", alias_label: "n" } }), undefined);
});

test("a key that is called __proto__ reaches no prototype", async (t) => {
  const workspace = await Workspace.create();
  t.after(() => workspace.free());
  await workspace.loadProfiles('{"external_id":"a","custom_attributes":{"__proto__":{"polluted":true}}}');
  const profile = workspace.profile({ external_id: "a" });
  assert.equal({}.polluted, undefined);
  assert.equal(profile.custom_attributes.polluted, undefined);
  assert.deepEqual(Object.keys(profile.custom_attributes), ["__proto__"]);
});

test("coordinates are kept with the longitude first, in whatever order they came", async (t) => {
  const workspace = await Workspace.create();
  t.after(() => workspace.free());
  const read = async (pair, coordinateOrder) => {
    await workspace.loadProfiles(JSON.stringify({ external_id: "a", last_coordinates: pair }), { coordinateOrder });
    return workspace.profile({ external_id: "a" }).last_coordinates;
  };
  assert.deepEqual(await read([16.4, 48.2]), [16.4, 48.2]);
  assert.deepEqual(await read([16.4, 48.2], "lat_lon"), [48.2, 16.4]);
  assert.deepEqual(await read([48.2, -100]), [-100, 48.2]);
  assert.equal(await read([48.2, -200], "lon_lat"), undefined);
});

test("who is asked for in a wrong way is told how", async (t) => {
  const workspace = await Workspace.create();
  t.after(() => workspace.free());
  for (const user of [undefined, {}, "ada", { external_id: 5 }, { external_id: "a", braze_id: "b" }, { externalId: "a" }, { alias: "n" }]) {
    assert.throws(() => workspace.profile(user), TypeError);
  }
});

test("a deleted user is gone from ids, profiles and cohorts, and is somebody new when loaded again", async (t) => {
  const workspace = await Workspace.create();
  t.after(() => workspace.free());
  const alias = { alias_name: "n", alias_label: "l" };
  const devices = [{ device_id: "d" }];
  const lines = [{ external_id: "ada", user_aliases: [alias], country: "AT" }, { braze_id: "b1", devices }, { braze_id: "b2", devices }];
  await workspace.loadProfiles(lines.map(line => JSON.stringify(line)).join("\n"));
  const body = '{"cohort_id":"7","cohort_changes":[{"user_ids":["ada"],"device_ids":["d"]}]}';
  const { report } = workspace.applyCohortRequest(body, { partner: "heap" });
  assert.equal(report.outcomes.ambiguous_device_id, 1);
  const { revision } = workspace;
  const none = { ok: true, deleted: false, revision, problems: [], warnings: [] };
  for (const user of [{ external_id: "eve" }, { external_id: "" }, { external_id: "\ud800" }, { device_id: "d" }]) {
    assert.deepEqual(workspace.deleteUser(user), none);
  }
  assert.deepEqual(workspace.deleteUser({ alias }), { ...none, deleted: true, revision: revision + 1 });
  assert.deepEqual(workspace.deleteUser({ alias }).deleted, false);
  assert.equal(workspace.deleteUser({ braze_id: "b1" }).deleted, true);
  assert.equal(workspace.userCount, 1);
  assert.equal(workspace.profile({ external_id: "ada" }), undefined);
  assert.equal(workspace.cohorts()[0].memberCount, 0);
  assert.deepEqual(workspace.matchReportRows(report)[0].user, undefined);
  await workspace.loadProfiles('{"external_id":"ada"}');
  assert.deepEqual(workspace.profile({ external_id: "ada" }), { external_id: "ada" });
  const again = workspace.applyCohortRequest(body, { partner: "heap" });
  assert.deepEqual([again.added, again.report.outcomes.matched_device_id], [2, 1]);
  assert.throws(() => workspace.deleteUser({ external_id: "a", braze_id: "b" }), TypeError);
});
