// Segments through the package: compiled, counted, listed, told apart by revision and moment.
import assert from "node:assert/strict";
import test from "node:test";
import { full } from "../support/package.mjs";

const { Segment, Workspace, checkSegment } = full;

const NOW = Date.UTC(2026, 10, 30, 12);
const PROFILES = [
  { external_id: "ada", country: "DE", custom_attributes: { plan: "trial", seen: "2026-11-29T13:00:00Z" }, devices: [{ device_id: "d1" }, { device_id: "d2" }] },
  { external_id: "bob", country: "AT", custom_attributes: { plan: "paid", seen: "2026-11-20T00:00:00Z" }, user_aliases: [{ alias_name: "b", alias_label: "crm" }] },
  { braze_id: "cyd", country: "DE", random_bucket: 17 },
];
const lines = profiles => profiles.map(profile => JSON.stringify(profile)).join("\n");
const cohort = (id, ...add) => JSON.stringify({
  partner_api_key: "p", client_secret: "c", cohort_id: id, cohort_changes: [{ user_ids: add }],
});
const from = country => ({ default_attribute: { attribute_name: "country", comparison: "equals", value: country } });
const inCohort = (value, comparison = "includes_value") => ({ partner_cohort: { partner: "heap", comparison, value } });

async function workspaceOf(options) {
  const workspace = await Workspace.create({ now: NOW, ...options });
  assert.equal((await workspace.loadProfiles(lines(PROFILES))).loaded, 3);
  assert.equal(workspace.applyCohortRequest(cohort("7", "ada", "bob", "nobody"), { partner: "heap" }).added, 2);
  return workspace;
}
/** The segment of a filter. */
function compiled(workspace, filter, more) {
  const answer = workspace.compileSegment({ ...more, filter });
  assert.deepEqual(answer.problems, []);
  return answer.segment;
}
const names = page => page.members.map(member => member.external_id ?? member.braze_id);

test("a segment counts, lists and stays live", async () => {
  const workspace = await workspaceOf();
  const segment = compiled(workspace, { AND: [inCohort("7"), from("DE")] });
  assert.deepEqual(segment.count(), { ok: true, count: 1, unknown: 0, revision: workspace.revision });
  assert.deepEqual(names(segment.members()), ["ada"]);
  await workspace.loadProfiles(lines([{ external_id: "bob", country: "DE" }]));
  assert.deepEqual(names(segment.members()), ["ada", "bob"]);
  workspace.applyCohortRequest(JSON.stringify({
    partner_api_key: "p", client_secret: "c", cohort_id: "7", cohort_changes: [{ user_ids: ["ada"], should_remove: true }],
  }), { partner: "heap" });
  assert.equal(segment.count().count, 1);
  assert.equal(workspace.deleteUser({ external_id: "bob" }).deleted, true);
  assert.deepEqual([segment.count().count, names(segment.members())], [0, []]);
  workspace.free();
});

test("all users, exclusions and what nobody can say", async () => {
  const workspace = await workspaceOf();
  const all = workspace.compileSegment("{}").segment;
  assert.equal(all.count().count, 3);
  const others = workspace.compileSegment({ exclude: [from("DE")] }).segment;
  assert.deepEqual(names(others.members()), ["bob"]);
  const buckets = compiled(workspace, { random_bucket: { comparison: "less_than", value: 500 } });
  assert.deepEqual([buckets.count().count, buckets.count().unknown], [1, 2]);
  workspace.free();
});

test("pages go on where they began, and say when something has changed", async () => {
  const workspace = await workspaceOf();
  const segment = compiled(workspace, from("DE"));
  const first = segment.members({ limit: 1, fields: ["country", "custom_attributes.plan", "missing"] });
  assert.deepEqual(first.members, [{ external_id: "ada", fields: { country: "DE", "custom_attributes.plan": "trial" } }]);
  assert.deepEqual(first.warnings.map(({ code, path }) => [code, path]), [["segment.unknown_name", "/fields/2"]]);
  assert.deepEqual([first.count, first.unknown], [2, 0]);
  const second = segment.members({ offset: 1, limit: 1, revision: first.revision });
  assert.deepEqual(names(second), ["cyd"]);
  assert.deepEqual(names(segment.members({ offset: 2, limit: 5 })), []);
  await workspace.loadProfiles(lines([{ external_id: "eve", country: "DE" }]));
  const late = segment.members({ offset: 1, limit: 1, revision: first.revision });
  assert.deepEqual([late.ok, late.problems[0].code, late.problems[0].path], [false, "segment.changed", "/revision"]);
  workspace.free();
});

test("pages over the bounds of words and blocks hold everybody once", async () => {
  const workspace = await Workspace.create();
  const count = 70_000;
  await workspace.loadProfiles(lines(Array.from({ length: count }, (_, index) => ({ external_id: `u${index}`, random_bucket: index % 10 }))));
  const segment = compiled(workspace, { random_bucket: { comparison: "less_than", value: 7 } });
  const seen = [];
  for (let page; !page || page.members.length; ) {
    page = segment.members({ offset: seen.length, limit: 9_973, ...page && { revision: page.revision } });
    seen.push(...names(page));
  }
  assert.deepEqual(seen, Array.from({ length: count }, (_, index) => `u${index}`).filter((_, index) => index % 10 < 7));
  assert.deepEqual([...segment.memberIds()], seen);
  workspace.free();
});

test("ids of each kind", async () => {
  const workspace = await workspaceOf();
  const all = workspace.compileSegment("{}").segment;
  const of = options => { const { withoutId, ...list } = all.memberIds(options); return [[...all.memberIds(options)], withoutId, list.ok]; };
  assert.deepEqual(of(), [["ada", "bob"], 1, true]);
  assert.deepEqual(of({ kind: "device_id" }), [["d1", "d2"], 2, true]);
  assert.deepEqual(of({ kind: "braze_id" }), [["cyd"], 2, true]);
  assert.deepEqual(of({ kind: "alias", aliasLabel: "crm" }), [["b"], 2, true]);
  assert.deepEqual(of({ kind: "alias", aliasLabel: "other" }), [[], 3, true]);
  assert.throws(() => all.memberIds({ kind: "alias" }), TypeError);
  assert.throws(() => all.memberIds({ kind: "email" }), TypeError);
  workspace.free();
});

test("relative days are counted from the moment that is asked for", async () => {
  const workspace = await workspaceOf();
  const fresh = compiled(workspace, { custom_attribute: { custom_attribute_name: "seen", comparison: "less_than_x_days_ago", value: 1 } });
  assert.deepEqual(names(fresh.members()), ["ada"]);
  assert.equal(fresh.count({ now: NOW + 2 * 3_600_000 }).count, 0);
  assert.equal(fresh.count({ now: new Date(Date.UTC(2026, 10, 20, 1)) }).count, 1);
  assert.deepEqual(names(fresh.members()), ["ada"]);
  assert.throws(() => fresh.count({ now: "2026-11-30" }), TypeError);
  workspace.free();
});

test("dates are days of the company's zone", async () => {
  const day = { custom_attribute: { custom_attribute_name: "seen", comparison: "after", value: "2026-11-29" } };
  const at = "2026-11-29T04:00:00Z";
  for (const [timeZone, expected] of [[undefined, 1], ["Europe/Berlin", 1], ["America/New_York", 0], ["Asia/Tokyo", 1]]) {
    const workspace = await Workspace.create({ timeZone, now: NOW });
    await workspace.loadProfiles(lines([{ external_id: "ada", custom_attributes: { seen: at } }]));
    assert.equal(compiled(workspace, day).count().count, expected, timeZone);
    workspace.free();
  }
  await assert.rejects(Workspace.create({ timeZone: "Mars/Olympus" }), { name: "TypeError", message: /IANA/ });
});

test("the zone's clock is the host's, also around its changes", async () => {
  // In Berlin 02:30 does not come on 2026-03-29; New York's clocks were ahead of UTC by -04:56:02 in 1880.
  const cases = [
    ["Europe/Berlin", "2026-03-29T01:59:59", "2026-03-29T00:59:59Z"], ["Europe/Berlin", "2026-03-29T03:00:00", "2026-03-29T01:00:00Z"],
    ["Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"], ["Europe/Berlin", "1910-01-01", "1909-12-31T23:00:00Z"],
    ["America/New_York", "1880-01-02", "1880-01-02T04:56:02Z"], ["Africa/Casablanca", "2026-02-20T00:00:00", "2026-02-20T00:00:00Z"],
    ["Asia/Kathmandu", "2090-06-01", "2090-05-31T18:15:00Z"], ["Europe/Berlin", "2090-07-01", "2090-06-30T22:00:00Z"],
  ];
  for (const [timeZone, wall, instant] of cases) {
    const workspace = await Workspace.create({ timeZone });
    const second = 1000, ms = Date.parse(instant);
    await workspace.loadProfiles(lines([ms - second, ms, ms + second].map((time, index) =>
      ({ external_id: `u${index}`, custom_attributes: { seen: new Date(time).toISOString() } }))));
    const after = compiled(workspace, { custom_attribute: { custom_attribute_name: "seen", comparison: "after", value: wall } });
    assert.deepEqual(names(after.members()), ["u2"], `${timeZone} ${wall}`);
    workspace.free();
  }
});

test("segments name others, which are live", async () => {
  const workspace = await workspaceOf();
  const before = workspace.revision;
  const { segment: germans } = workspace.defineSegment({ name: "Germans", filter: from("DE") });
  assert.ok(workspace.revision > before);
  const member = compiled(workspace, { segment_membership: { comparison: "includes_value", value: "Germans" } });
  assert.equal(member.count().count, 2);
  assert.equal(workspace.defineSegment({ name: "Germans", filter: from("AT") }).ok, true);
  assert.deepEqual([member.count().count, germans.count().count], [1, 2]);
  const nameless = workspace.defineSegment({ filter: from("DE") });
  assert.deepEqual(nameless.problems.map(problem => problem.code), ["segment.missing"]);
  workspace.free();
});

test("a definition is told all its faults, by either call, and leaves nothing", async () => {
  const workspace = await workspaceOf();
  const bad = { name: "", filter: { AND: [{ OR: [] }, { custom_attribute: { custom_attribute_name: "a", comparison: "eqals", value: 1 } }] } };
  const expected = [["segment.empty", "/name"], ["segment.empty", "/filter/AND/0/OR"], ["segment.near_operator", "/filter/AND/1/custom_attribute/comparison"]];
  const revision = workspace.revision;
  for (const source of [bad, JSON.stringify(bad), new TextEncoder().encode(JSON.stringify(bad))]) {
    for (const answer of [checkSegment(source), workspace.compileSegment(source), workspace.defineSegment(source)]) {
      assert.deepEqual([answer.ok, answer.problems.map(({ code, path }) => [code, path])], [false, expected]);
      assert.equal("segment" in answer, false);
    }
  }
  assert.equal(workspace.revision, revision);
  assert.deepEqual(checkSegment(bad, { maxProblems: 1 }).problems.map(problem => problem.code), ["segment.empty", "limit.too_many_problems"]);
  assert.equal(checkSegment("{}".padEnd(100), { limits: { maxBytes: 10 } }).problems[0].code, "limit.bytes");
  assert.deepEqual(checkSegment({ filter: from("DE") }), { ok: true, problems: [], warnings: [], didYouMean: [] });
  for (const answer of [checkSegment(bad), workspace.compileSegment(bad)]) {
    assert.deepEqual(answer.didYouMean, [{ path: expected[2][1], name: "equals" }]);
    assert.deepEqual(answer.problems.map(({ allowed }) => allowed?.includes("is_any_of")), [undefined, undefined, true]);
  }
  const wrong = { default_attribute: { attribute_name: "country", comparison: "is_any_of", value: ["DE", 5] } };
  assert.deepEqual(checkSegment({ filter: wrong }).problems[0].allowed, ["string"]);
  const circle = {};
  circle.filter = circle;
  for (const source of [circle, undefined, null, 5, () => {}, { toJSON: () => undefined }, new Map(), new Date()]) assert.throws(() => checkSegment(source), TypeError);
  workspace.free();
});

test("an explanation says what each condition saw", async () => {
  const workspace = await workspaceOf();
  const { segment } = workspace.compileSegment({ filter: { AND: [inCohort("7"), from("DE")] }, exclude: [inCohort(["8", "9"])] });
  const { tree, ...told } = segment.explain({ external_id: "bob" });
  assert.deepEqual(told, { ok: true, result: false, failing: ["/filter/AND/1"] });
  const [filter, excluded] = tree.children;
  assert.deepEqual([filter.operator, filter.result, excluded.operator, excluded.result], ["AND", false, "NOT", true]);
  const [member, country] = filter.children;
  assert.deepEqual([member.result, member.observed, member.operand], [true, ["7"], "7"]);
  assert.deepEqual([country.result, country.observed, country.operand, country.operator, country.path], [false, "AT", "DE", "equals", "/filter/AND/1"]);
  assert.deepEqual([member, country].map(({ family, name }) => [family, name]), [["partner_cohort", "heap"], ["default_attribute", "country"]]);
  const ada = segment.explain({ external_id: "ada", fields: {} });
  assert.deepEqual([ada.result, ada.failing], [true, []]);
  const nobody = segment.explain({ external_id: "nobody" });
  assert.deepEqual([nobody.ok, nobody.problems.map(({ code, path }) => [code, path])], [false, [["user.unknown", "/user"]]]);
  for (const wrong of [{}, { external_id: 5 }, { name: "x" }, "ada"]) assert.throws(() => segment.explain(wrong), TypeError);
  workspace.free();
});

test("fields of members that no profile has are warned of, with the nearest beside", async () => {
  const workspace = await workspaceOf();
  const { segment } = workspace.compileSegment({});
  const known = ["external_id", "user_aliases", "dob", "country", "custom_attributes", "custom_attributes.plan", "random_bucket"];
  for (const fields of [undefined, [], known]) {
    const { ok, warnings, didYouMean } = segment.members({ fields });
    assert.deepEqual([ok, warnings, didYouMean], [true, [], []]);
  }
  const wrong = ["contry", "plan", "custom_attributes.plam", "xylophone", "custom_attributes.country"];
  const { ok, warnings, didYouMean } = segment.members({ fields: ["country", ...wrong] });
  assert.deepEqual([ok, warnings.map(({ code, severity, path }) => [code, severity, path])],
    [true, wrong.map((_, index) => ["segment.unknown_name", "warning", `/fields/${index + 1}`])]);
  assert.deepEqual(didYouMean, [
    { path: "/fields/1", name: "country" }, { path: "/fields/2", name: "custom_attributes.plan" },
    { path: "/fields/3", name: "custom_attributes.plan" },
  ]);
  assert.doesNotMatch(JSON.stringify(warnings), /contry|plam|xylo/);
  assert.equal(segment.members({ fields: Array.from({ length: 500 }, (_, index) => `no${index}`) }).warnings.length, 100);
  workspace.free();
});

test("names that nobody has are warned of, with the nearest beside", async () => {
  const workspace = await workspaceOf();
  const answer = workspace.compileSegment({ filter: { OR: [
    { custom_attribute: { custom_attribute_name: "plam", comparison: "equals", value: "trial" } }, inCohort("8"), from("DE"),
  ] } });
  assert.deepEqual([answer.ok, answer.warnings.map(({ code }) => code)], [true, ["segment.unknown_name", "segment.unknown_name"]]);
  assert.deepEqual(answer.didYouMean.find(({ name }) => name === "plan").path, "/filter/OR/0/custom_attribute/custom_attribute_name");
  assert.doesNotMatch(JSON.stringify(answer.warnings), /plam|plan\b/);
  assert.equal(answer.segment.count().count, 2);
  const other = workspace.compileSegment({ filter: { segment_membership: { comparison: "includes_value", value: "Gremans" } } });
  assert.deepEqual([other.ok, other.problems[0].code, other.didYouMean], [false, "segment.unknown_segment", []]);
  workspace.free();
});

test("a slider's counts are those of the segment with that value", async () => {
  const workspace = await Workspace.create({ now: NOW });
  const day = 86_400_000, random = (seed => () => (seed = seed * 1664525 + 1013904223 >>> 0) / 2 ** 32)(5);
  await workspace.loadProfiles(lines(Array.from({ length: 3_000 }, (_, index) => ({
    external_id: `u${index}`, country: random() < 0.5 ? "DE" : "AT",
    custom_attributes: { ...random() < 0.8 && { score: Math.round(random() * 40) / 4 }, seen: new Date(NOW - random() * 40 * day).toISOString() },
  }))));
  const attribute = (name, comparison, value) => ({ custom_attribute: { custom_attribute_name: name, comparison, value } });
  const conditions = [
    ["score", "more_than", 5, value => value], ["score", "less_than", 5, value => value], ["score", "not_equal", 5, value => value],
    ["seen", "less_than_x_days_ago", 14, value => value * 4], ["seen", "greater_than_x_days_ago", 14, value => value * 4],
    ["seen", "before", "2026-11-20", value => new Date(NOW - value * 4 * day)],
  ];
  for (const [name, comparison, value, made] of conditions) {
    for (const place of ["/filter/AND/1", "/exclude/0", "/filter/OR/0"]) {
      const of = condition => place === "/exclude/0" ? { filter: from("DE"), exclude: [condition] }
        : { filter: place === "/filter/OR/0" ? { OR: [condition, from("DE")] } : { AND: [from("DE"), condition] } };
      const { segment } = workspace.compileSegment(of(attribute(name, comparison, value)));
      for (const at of [0, 0.25, 3.5, 7, 7.1, 10, 11]) {
        const other = made(at);
        const there = workspace.compileSegment(of(attribute(name, comparison, other instanceof Date ? other.toISOString() : other))).segment;
        assert.deepEqual(segment.countWith(place, other), { ok: true, count: there.count().count, revision: workspace.revision }, `${place} ${comparison} ${at}`);
        there.free();
      }
      await workspace.loadProfiles(lines([{ external_id: "new", country: "DE", custom_attributes: { score: 6, seen: new Date(NOW).toISOString() } }]));
      assert.equal(segment.countWith(place, typeof value === "string" ? new Date(value) : value).count, segment.count().count);
      assert.equal(segment.count({ now: NOW + 3 * day }).count, segment.countWith(place, typeof value === "string" ? new Date(value) : value, { now: NOW + 3 * day }).count);
      segment.free();
    }
  }
  const { segment } = workspace.compileSegment({ filter: { AND: [from("DE"), attribute("score", "more_than", 1)] } });
  for (const path of ["/filter/AND/0", "/filter/AND/7", "", "/filter"]) assert.throws(() => segment.countWith(path, 1), TypeError);
  const bucket = value => ({ random_bucket: { comparison: "less_than", value } });
  for (const [of, good, bad, code] of [
    [value => attribute("seen", "less_than_x_days_ago", value), 14, [-1, -0.5, 1_000_001, 1e300], "segment.range"],
    [bucket, 5, [-1, 10_000, 0.5], "segment.whole_number"],
    [value => attribute("seen", "before", value), "2026-11-20", [Date.UTC(10_000, 0), new Date(-1, 0), 1e300], "segment.time"],
  ]) {
    const slid = compiled(workspace, of(good));
    for (const value of bad) {
      // The first call sweeps, the second does not.
      for (let call = 0; call < 2; call++) {
        const { ok, problems } = slid.countWith("/filter", value);
        assert.deepEqual([ok, problems.map(problem => [problem.code, problem.path])], [false, [[code, "/value"]]], `${code} ${value}`);
      }
      const written = code === "segment.time" ? new Date(value).getTime() === value ? new Date(value).toISOString() : "x" : value;
      const refused = workspace.compileSegment({ filter: of(written) }).problems;
      assert.deepEqual(refused.map(problem => problem.code), [code]);
      assert.equal(slid.countWith("/filter", value).problems[0].message, refused[0].message);
    }
    assert.equal(slid.countWith("/filter", typeof good === "string" ? new Date(good) : good).count, slid.count().count);
  }
  for (const value of [NaN, Infinity, "5", undefined, new Date(NaN)]) assert.throws(() => segment.countWith("/filter/AND/1", value), TypeError);
  workspace.free();
});

test("a slider of ages counts by the company's day", async () => {
  // In New York it is the day before the birthday still.
  const workspace = await Workspace.create({ timeZone: "America/New_York", now: Date.UTC(2026, 10, 30, 2) });
  await workspace.loadProfiles(lines([{ external_id: "ada", dob: "2000-11-30" }]));
  const segment = compiled(workspace, { AND: [{ default_attribute: { attribute_name: "age", comparison: "equals", value: 25 } }] });
  assert.equal(segment.count().count, 1);
  assert.deepEqual([25, 26].map(age => segment.countWith("/filter/AND/0", age).count), [1, 0]);
  workspace.free();
});

test("what was freed says so", async () => {
  const workspace = await workspaceOf();
  const segment = compiled(workspace, from("DE"));
  const other = compiled(workspace, from("AT"));
  segment.free();
  segment.free();
  assert.throws(() => segment.count(), /was freed/);
  // The number of a freed one is another's now.
  const third = compiled(workspace, inCohort("7"));
  assert.deepEqual([other.count().count, third.count().count], [1, 2]);
  workspace.free();
  assert.throws(() => other.members(), /its Workspace was/);
  other.free();
  assert.throws(() => new Segment(), TypeError);
  const freed = await workspaceOf();
  assert.throws(() => freed.compileSegment({ get name() { freed.free(); return "x"; } }), /was freed/);
  assert.throws(() => workspace.compileSegment("{}"), /was freed/);
});
