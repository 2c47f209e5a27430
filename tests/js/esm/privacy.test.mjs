import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { edge, full } from "../support/package.mjs";
import { zip } from "../support/zip.mjs";

const MARK = "MARKED-7c1f";
const ID = `${MARK}-id`, SECRET = `${MARK}-secret`;

/** Whatever was thrown or answered, as anybody could print it. */
async function said(call) {
  try {
    const answer = await call();
    return `${inspect(answer, { depth: 9 })}${JSON.stringify(answer) ?? ""}`;
  } catch (error) {
    return `${error}${error.stack}${JSON.stringify(error)}`;
  }
}

const broken = [
  `{"partner_api_key":"${SECRET}","client_secret":"${SECRET}","cohort_id":"c","cohort_changes":[{"user_ids":["${ID}","${ID}",5,"","${ID}\\ud800"],"${ID}":1,"should_remove":"${ID}"},{"user_ids":["${ID}"],"should_remove":true}],"${ID}":{"${SECRET}":1,"${SECRET}":2}}`,
  `{"client_secret":"${SECRET}","client_secret":"${SECRET}"`, `"${SECRET}"`, `${SECRET}`, `{"${ID}`, `{"${ID}":"\n"}`,
  `{"action_type":"${ID}","data":{"segment":{"id":"${ID}","name":5},"sync_info":{"page_number":"${ID}"},"add":[{"id":"${ID}\\ud800"},{"${ID}":1},"${ID}"],"${ID}":{}}}`,
];
const keys = { partnerApiKey: SECRET, clientSecret: `${SECRET}2` };

for (const [name, kohort] of [["kohort/edge", edge], ["kohort", full]]) {
  test(`no id and no secret stands in what ${name} finds`, async () => {
    const calls = broken.flatMap((body) => [
      () => { const { cohortId, ...rest } = kohort.checkCohortRequest(body, { endpoint: "users", keys, restEndpoint: `https://${MARK}.example` }); return rest; },
      () => { const { cohortId, ...rest } = kohort.checkCohortRequest(body, { endpoint: "name", strict: true, maxProblems: 1 }); return rest; },
      () => kohort.readHeapWebhook(body), () => kohort.planCohortImport(body, { partner: "heap" }),
      () => kohort.verifyHeapSignature(body, `ts:${MARK},hmac:${SECRET}`, { secret: SECRET }),
      () => kohort.classifyResponse({ status: 401, body, headers: { [MARK]: SECRET, "retry-after": MARK } }),
      () => kohort.diffCohort(`${ID}\r`, body), () => kohort.diffCohort([`${ID}\ud800`], []),
      ...[zip([{ name: MARK, text: ID, encrypted: true }]), zip([{ name: MARK, text: ID, stored: true }]).subarray(0, 60), gzipSync(ID).subarray(0, 20)].flatMap((packed) => [
        () => kohort.diffCohortStream(packed, ""), () => kohort.Directory.build(new Blob([packed])),
      ]),
      () => kohort.checkCohortRequest(body, { endpoint: MARK }), () => kohort.checkCohortRequest(body, MARK),
      () => kohort.createCohortChecker({ endpoint: "users", keys: { clientSecret: { [SECRET]: 1 } } }),
      () => kohort.createCohortChecker({ endpoint: "users", keys }),
      () => kohort.planCohortImport(body, { partner: MARK }), () => kohort.planCohortImport(body, { partner: "heap", createdAt: MARK, mapping: MARK }),
      () => kohort.withKeys({ path: MARK, body: MARK }, keys), () => kohort.withKeys({ path: "/", body: "{}" }, { partnerApiKey: SECRET }),
      () => new kohort.SyncGuard(MARK), () => new kohort.SyncGuard({ version: 1, syncs: [{ segmentId: MARK }] }),
    ]);
    for (const call of calls) assert.doesNotMatch(await said(call), /MARKED/, String(call));
  });
}

test("no id and no secret stands in what a workspace finds, or in what it looks like", async () => {
  const workspace = await full.Workspace.create();
  const { key } = workspace.partners.issue("heap");
  await workspace.loadProfiles(`{"external_id":"${ID}"}`);
  const calls = [
    ...broken.flatMap((body) => [() => workspace.loadProfiles(body), () => workspace.previewCohortRequest(body, { partner: "heap" }), () => workspace.applyCohortRequest(body, { partner: "heap" })]),
    ...[`external_id,Email,${MARK},${MARK},\n${ID},"${MARK}\n${ID}`, `external_id,dob\n${ID},${MARK}\n,${MARK}\n${ID}\n${ID}"`, `${MARK},email\n${ID}`].flatMap((csv) => [
      () => workspace.loadProfiles(csv), () => workspace.loadProfiles(csv, { format: "csv" }),
    ]),
    () => workspace.loadProfiles("", { format: MARK }),
    () => workspace.previewCohortRequest("{}", { partner: MARK }), () => workspace.cohortMembers({ partner: "heap", cohortId: ID }),
    () => workspace.partners.verify("heap", SECRET), () => workspace.partners.list(), () => workspace.partners.revoke("heap", SECRET), () => workspace,
    () => workspace.matchReportRows(MARK), () => full.Workspace.create({ limits: { maxMemoryBytes: MARK } }),
  ];
  for (const call of calls) {
    const text = await said(call);
    assert.doesNotMatch(text, /MARKED/, String(call));
    assert.ok(!text.includes(key), String(call));
  }
  workspace.free();
});

test("the marks are found where they are", async () => {
  assert.match(await said(() => edge.readHeapWebhook(`{"action_type":"segment.users.drain","data":{"segment":{"id":1,"name":"${MARK}"}}}`)), /MARKED/);
});

test("a key named like a prototype reaches none", () => {
  const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"cohort_id":"c","cohort_changes":[]}';
  for (const endpoint of ["users", "name"]) edge.checkCohortRequest(body, { endpoint });
  edge.readHeapWebhook(body);
  assert.equal({}.polluted, undefined);
});
