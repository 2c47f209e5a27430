import assert from "node:assert/strict";
import test from "node:test";
import { drain, sign, webhook } from "../support/bodies.mjs";
import { edge, encode } from "../support/package.mjs";

const { classifyResponse, readHeapWebhook, verifyHeapSignature } = edge;
const now = 1_690_000_000_000;

test("a signature that Node made is good, for bytes and for text", () => {
  const body = webhook();
  const header = sign(body, "s3cret", now);
  for (const given of [body, encode(body), encode(body).buffer]) {
    assert.deepEqual(verifyHeapSignature(given, header, { secret: "s3cret", now }), { ok: true, timestamp: now, problems: [], warnings: [] });
  }
  assert.ok(verifyHeapSignature(body, header, { secret: ["next", "s3cret"], now: new Date(now) }).ok, "while a secret is changed");
  assert.ok(verifyHeapSignature("", sign("", "é", now), { secret: "é", now }).ok, "an empty body, a secret that is not ASCII");
});

test("a call that threw leaves no secret behind", () => {
  const body = webhook();
  const header = sign(body, "s3cret", now);
  const detached = encode(body);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  assert.throws(() => verifyHeapSignature(detached, header, { secret: "s3cret", now }), TypeError);
  assert.equal(verifyHeapSignature(body, header, { secret: "other", now }).ok, false);

  let reads = 0;
  const rotated = Object.defineProperty(["s3cret", "x"], 1, { get: () => (reads++ ? assert.fail() : "x") });
  assert.ok(verifyHeapSignature(body, header, { secret: rotated, now }).ok, "a list is read once");
  assert.throws(() => verifyHeapSignature(body, header, { secret: [, "s3cret"], now }), TypeError);
});

test("a signature that does not fit answers 403, a header that is none 400", () => {
  const body = webhook();
  const header = sign(body, "s3cret", now);
  const refusal = (header, options) => {
    const { ok, status, problems } = verifyHeapSignature(body, header, { secret: "s3cret", now, ...options });
    return [ok, status, ...problems.map((problem) => problem.code)];
  };
  assert.deepEqual(refusal(header, { secret: "other" }), [false, 403, "signature.mismatch"]);
  assert.deepEqual(refusal(sign(`${body} `, "s3cret", now)), [false, 403, "signature.mismatch"]);
  assert.deepEqual(refusal(header, { now: now + 60_001 }), [false, 403, "signature.expired"]);
  assert.deepEqual(refusal(header, { now: now - 1_001 }), [false, 403, "signature.future"]);
  assert.deepEqual(refusal(header, { now: now + 90_000, maxAgeMs: 90_000 }), [true, undefined]);
  for (const [header, code] of [
    [null, "signature.missing"], [undefined, "signature.missing"], ["", "signature.format"], ["ts:1", "signature.part_missing"],
    ["ts:x,hmac:AAAA", "signature.timestamp"], ["ts:1,ts:1,hmac:AAAA", "signature.duplicate_part"], ["ts:1,hmac:\ud800", "signature.base64"],
  ]) {
    const [ok, status, ...codes] = refusal(header);
    assert.deepEqual([ok, status], [false, 400]);
    assert.ok(codes.includes(code), `${code} in ${codes}`);
  }
});

test("secrets of one call do not let in the next", () => {
  const body = webhook();
  assert.ok(verifyHeapSignature(body, sign(body, "a", now), { secret: "a", now }).ok);
  assert.ok(!verifyHeapSignature(body, sign(body, "a", now), { secret: "b", now }).ok);
});

test("arguments of wrong types throw", () => {
  for (const options of [undefined, {}, { secret: "" }, { secret: [] }, { secret: 5 }, { secret: "a", now: "today" }, { secret: "a", maxAgeMs: -1 }]) {
    assert.throws(() => verifyHeapSignature("", "", options), TypeError);
  }
  assert.throws(() => verifyHeapSignature({}, "", { secret: "a" }), TypeError);
  assert.throws(() => verifyHeapSignature("", 5, { secret: "a" }), TypeError);
  assert.throws(() => readHeapWebhook({}), TypeError);
});

test("a webhook is read whole, with a segment's id beyond 2^53", () => {
  const body = webhook({ add: ["ada", "gräce", "\u0000😀"], page: 2, of: 3 }).replace("1338065", "9223372036854775807");
  const answer = readHeapWebhook(body);
  assert.deepEqual({ ...answer, add: [...answer.add], remove: [...answer.remove] }, {
    ok: true, action: "sync", idToken: "customer",
    fields: [{ id: "identity", type: "identity_mapping", value: "external_id" }],
    segment: { id: "9223372036854775807", name: "Trials" },
    page: { segmentId: "9223372036854775807", syncTaskId: "task-1", pageNumber: 2, totalPages: 3 },
    add: ["ada", "gräce", "\u0000😀"], remove: ["alan"], problems: [], warnings: [],
  });
  assert.deepEqual(Object.keys(answer.add), ["bytes", "offsets"]);
  assert.equal(answer.add.length, 3);
  assert.deepEqual([...answer.add.offsets], [0, 3, 9, 14]);
});

test("a drain has no page and no ids", () => {
  const { action, page, add, remove, idToken } = readHeapWebhook(drain());
  assert.deepEqual([action, page, add.length, remove.length, idToken], ["drain", undefined, 0, 0, undefined]);
});

test("earlier answers are not changed by later ones", () => {
  const first = readHeapWebhook(webhook({ add: ["first"] }));
  for (let n = 0; n < 100; n++) readHeapWebhook(webhook({ add: Array.from({ length: n * 50 }, (_, i) => `other-${i}`) }));
  assert.deepEqual([...first.add], ["first"]);
});

test("bad webhooks are refused with places", () => {
  const { ok, problems, warnings } = readHeapWebhook(webhook({ page: 3, of: 2, add: ["\ud800"] }));
  assert.equal(ok, false);
  assert.deepEqual(problems.map(({ code, path }) => [code, path]), [
    ["heap.page_out_of_range", "/data/sync_info/page_number"], ["json.lone_surrogate", "/data/add/0/id"],
  ]);
  assert.deepEqual(warnings, []);
  assert.deepEqual(readHeapWebhook("", { maxProblems: 5 }).problems.map((problem) => problem.code), ["json.empty"]);
  assert.deepEqual(readHeapWebhook(webhook(), { limits: { maxBytes: 20 } }).problems[0].offset, 20);
});

test("answers of Braze are classified, with headers in any form", () => {
  const reset = String(now / 1000 + 30);
  for (const [response, outcome, retryAfterMs, code] of [
    [{ status: 201, body: "{}" }, "accepted", undefined, "response.accepted"],
    [{ status: 200, body: '{"message":"success","errors":["x"]}' }, "accepted", undefined, "response.accepted_with_errors"],
    [{ status: 0 }, "retry", undefined, "response.no_answer"],
    [{ status: 429, headers: new Headers({ "Retry-After": "7" }) }, "retry", 7000, "response.rate_limited"],
    [{ status: 429, headers: { "X-RateLimit-Reset": reset } }, "retry", 30_000, "response.rate_limited"],
    [{ status: 429, headers: [["x-ratelimit-reset", reset]] }, "retry", 30_000, "response.rate_limited"],
    [{ status: 200, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset } }, "accepted", 30_000, "response.accepted"],
    [{ status: 503, headers: { "retry-after": new Date(now + 5_000).toUTCString() } }, "retry", 5_000, "response.server_error"],
    [{ status: 429, headers: { forEach: (take) => take("7", "Retry-After") } }, "retry", 7000, "response.rate_limited"],
    [{ status: 503, headers: [["retry-after", "5, 5"]] }, "retry", undefined, "response.server_error"],
    [{ status: 429, headers: { "retry-after": ["5", "9"], "x-ratelimit-reset": reset } }, "retry", 30_000, "response.rate_limited"],
    [{ status: 423, headers: { "retry-after": "soon" } }, "retry", undefined, "response.locked"],
    [{ status: 413, body: null }, "split", undefined, "response.too_large"],
    [{ status: 401, body: "secret" }, "stop", undefined, "response.unauthorized"],
    [{ status: 400 }, "rejected", undefined, "response.bad_request"],
    [{ status: 200, body: "x".repeat(1 << 20) }, "accepted", undefined, "response.accepted"],
  ]) {
    assert.deepEqual(classifyResponse({ ...response, now }), { outcome, ...(retryAfterMs !== undefined && { retryAfterMs }), code });
  }
  for (const wrong of [undefined, {}, { status: "200" }, { status: 200.5 }, { status: 200, headers: "x" }]) {
    assert.throws(() => classifyResponse(wrong), TypeError);
  }
});
