// What the types of kohort/edge promise to a module.
import { expectTypeOf } from "expect-type";
import {
  checkCohortRequest, classifyResponse, clusters, createCohortChecker, diffCohort, diffCohortStream, init, planCohortImport,
  readHeapWebhook, SyncGuard, verifyHeapSignature, withKeys,
  type CohortCheck, type IdList, type Origin, type Plan, type PlannedRequest, type Problem, type SyncPage, type Webhook,
} from "kohort/edge";
import * as inline from "kohort/edge/inline";

expectTypeOf(inline.checkCohortRequest).toEqualTypeOf(checkCohortRequest);
expectTypeOf(init()).resolves.toBeVoid();

const bytes = new Uint8Array();
const check = checkCohortRequest(bytes, { endpoint: "users", strict: true, keys: { partnerApiKey: ["a"], clientSecret: "b" }, limits: { maxBytes: 5 } });
expectTypeOf(check).toEqualTypeOf<CohortCheck>();
expectTypeOf(check.status).toBeNumber();
expectTypeOf(check.cohortId).toEqualTypeOf<string | undefined>();
expectTypeOf(check.problems).toEqualTypeOf<Problem[]>();
expectTypeOf(check.counts.add.externalIds).toBeNumber();
checkCohortRequest({ cohort_id: "parsed" }, { endpoint: "name" });
// @ts-expect-error an endpoint must be said
checkCohortRequest(bytes, {});
// @ts-expect-error there are two endpoints
checkCohortRequest(bytes, { endpoint: "user" });
// @ts-expect-error a number is no body
checkCohortRequest(5, { endpoint: "users" });

const checker = createCohortChecker({ endpoint: "users" });
expectTypeOf(checker.check("{}").toJSON()).toEqualTypeOf<CohortCheck>();
// @ts-expect-error the fast path takes no parsed objects
checker.check({ a: 1 });
checker.free();

const signature = verifyHeapSignature(bytes, null, { secret: ["a", "b"], now: new Date() });
if (signature.ok) {
  expectTypeOf(signature.timestamp).toBeNumber();
  // @ts-expect-error a status is what to answer to a bad one
  signature.status;
} else {
  expectTypeOf(signature.status).toEqualTypeOf<400 | 403>();
}
// @ts-expect-error a secret must be given
verifyHeapSignature(bytes, "", {});

const webhook = readHeapWebhook(bytes);
// @ts-expect-error only after `ok` was looked at
webhook.segment;
if (webhook.ok) {
  expectTypeOf(webhook).toEqualTypeOf<Webhook>();
  expectTypeOf(webhook.segment.id).toBeString();
  expectTypeOf(webhook.page).toEqualTypeOf<SyncPage | undefined>();
  expectTypeOf(webhook.add).toEqualTypeOf<IdList>();
  expectTypeOf([...webhook.add]).toEqualTypeOf<string[]>();
  planCohortImport(webhook, { partner: "heap" });
  planCohortImport([webhook, bytes], { partner: "heap", mapping: { aliases: { alias_label: "email" } } });
}
planCohortImport({ action: "drain", segment: { id: "1", name: "n" }, add: [], remove: [] }, { partner: "heap", members: ["a"], syncId: "d" });
const plan = planCohortImport(bytes, { partner: "heap", mapping: "device_ids", conflict: "reject" });
if (plan.ok) {
  expectTypeOf(plan).toEqualTypeOf<Plan>();
  expectTypeOf(plan.requests).toEqualTypeOf<PlannedRequest[]>();
  expectTypeOf(plan.requests[0]!.origin).toEqualTypeOf<Origin[]>();
  expectTypeOf(withKeys(plan.requests[0]!, { partnerApiKey: "a", clientSecret: "b" })).toEqualTypeOf<{ path: string; body: string }>();
} else {
  expectTypeOf(plan.ok).toEqualTypeOf<false>();
  expectTypeOf(plan.problems[0]!.severity).toEqualTypeOf<"error" | "warning">();
}
// @ts-expect-error a partner must be named
planCohortImport(bytes, {});
// @ts-expect-error there is no such mapping
planCohortImport(bytes, { partner: "heap", mapping: "emails" });
// @ts-expect-error a request needs both keys
withKeys({ path: "", body: "" }, { partnerApiKey: "a" });

const diff = diffCohort({ bytes, offsets: new Uint32Array() }, ["a"]);
if (diff.ok) expectTypeOf(diff.counts.unchanged).toBeNumber();
expectTypeOf(diffCohortStream(new Blob(), new ReadableStream<Uint8Array>(), { onProgress: ({ bytes }) => expectTypeOf(bytes).toBeNumber() })).resolves.toEqualTypeOf(diff);

const classified = classifyResponse({ status: 429, headers: new Headers(), body: "" });
expectTypeOf(classified.outcome).toEqualTypeOf<"accepted" | "retry" | "split" | "rejected" | "stop">();
expectTypeOf(classified.retryAfterMs).toEqualTypeOf<number | undefined>();
classifyResponse({ status: 0, headers: { "retry-after": "5", "set-cookie": ["a", "b"] } });

const guard = new SyncGuard(null, { releaseInProgress: true });
const begun = guard.begin({ segmentId: "1", syncTaskId: "t", pageNumber: 1, totalPages: 2 }, "hash");
expectTypeOf(begun.verdict).toEqualTypeOf<"new" | "in_progress" | "done" | "conflict">();
new SyncGuard(guard.state());

expectTypeOf(clusters[0]!.restEndpoint).toBeString();
