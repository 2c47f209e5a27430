import assert from "node:assert/strict";
import test from "node:test";
import { KEYS, usersRequest } from "../support/bodies.mjs";
import { edge, encode, full } from "../support/package.mjs";

const { checkCohortRequest, createCohortChecker } = edge;
const users = { endpoint: "users" };
const codes = (list) => list.map((problem) => problem.code);

test("a good request is answered as Braze answers it", () => {
  assert.deepEqual(checkCohortRequest(usersRequest(4), users), {
    ok: true, status: 200, message: "success", cohortId: "c1", problems: [], warnings: [],
    counts: {
      add: { externalIds: 2, deviceIds: 0, aliases: 0 }, remove: { externalIds: 2, deviceIds: 0, aliases: 0 },
      total: 4, distinct: 4, duplicates: 0, conflicts: 0,
    },
  });
});

test("bytes, buffers, views, text and objects are all the same request", () => {
  const text = usersRequest(6);
  const bytes = encode(text);
  const padded = new Uint8Array(bytes.length + 20);
  padded.set(bytes, 10);
  const inputs = [
    text, bytes, bytes.buffer, Buffer.from(text), padded.subarray(10, 10 + bytes.length),
    new DataView(padded.buffer, 10, bytes.length), JSON.parse(text), Object.assign(Object.create(null), JSON.parse(text)),
  ];
  const answers = inputs.map((input) => checkCohortRequest(input, users));
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.equal(answers[0].counts.total, 6);
});

test("a view that lies about its length harms nothing", () => {
  class Short extends Uint8Array { get length() { return 3; } }
  const bytes = encode(usersRequest(1_000));
  for (const body of [new Short(bytes.buffer), Object.defineProperty(bytes.slice(), "length", { value: 3 })]) {
    assert.ok(checkCohortRequest(body, users).ok);
  }
  assert.ok(checkCohortRequest(bytes, users).ok);
});

test("a text that is too large is placed as its bytes are", () => {
  const text = "é😀\n".repeat(20);
  const options = { ...users, limits: { maxBytes: 50 } };
  assert.deepEqual(checkCohortRequest(text, options), checkCohortRequest(encode(text), options));
  assert.equal(checkCohortRequest(text, options).problems[0].endOffset, 140);
});

test("answers stay right after later checks, also when memory has grown", () => {
  const checker = createCohortChecker(users);
  const answers = [];
  for (let count = 0; count < 50; count++) {
    answers.push([count, checker.check(usersRequest(count * 2).replace('"c1"', `"cohort-é-${count}"`))]);
    answers.push([null, checker.check(`{"cohort_id":${count},"extra${count}":1}`)]);
  }
  checker.check(usersRequest(2, { prefix: "x".repeat(2_000_000) }));
  for (const [count, answer] of answers) {
    if (count === null) {
      assert.deepEqual(codes(answer.problems), [
        "auth.partner_api_key_missing", "auth.client_secret_missing", "cohort_changes.missing", "cohort_id.not_a_string",
      ]);
      assert.equal(answer.warnings[0].path, "/~?1");
      continue;
    }
    assert.equal(answer.cohortId, `cohort-é-${count}`);
    assert.equal(answer.counts.total, count * 2);
    assert.equal(answer.problems.length, 0);
  }
  checker.free();
  assert.equal(answers[10][1].counts.total, 10, "also after free");
});

test("a checker's answer becomes a plain object by toJSON", () => {
  const checker = createCohortChecker(users);
  const answer = checker.check("[]");
  assert.deepEqual(JSON.parse(JSON.stringify(answer)), checkCohortRequest("[]", users));
  assert.deepEqual(answer.toJSON(), checkCohortRequest("[]", users));
  assert.equal(answer.problems, answer.problems, "problems are made once");
  checker.free();
});

test("a problem has all its parts", () => {
  const { ok, status, message, problems } = checkCohortRequest(`{\n  "name": "é", "name": 1}`, { endpoint: "name" });
  assert.ok(!ok);
  // Authentication comes first wherever the body can be read.
  assert.equal(status, 401);
  assert.equal(message, "Invalid Partner API key");
  assert.deepEqual(problems.find((problem) => problem.code === "json.duplicate_key"), {
    code: "json.duplicate_key", severity: "error", path: "/name", offset: 19, endOffset: 23, line: 2, column: 17,
    message: "an object has this key twice", help: "send each key once; readers disagree about which one counts",
  });
});

test("in every spelling and alphabet a request is counted as JSON.parse and Sets count it", () => {
  let state = 7;
  const below = (n) => ((state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) >> 8) % n;
  const pick = (list) => list[below(list.length)];
  const alphabets = ["abcdef0123456789-", "äöüßé", "дмитрий", "王小明佐藤", "😀🎉", "\"\\/\b\f\n\r\t\u0001", "a é王😀\\"];
  const id = () => Array.from({ length: 1 + below(40) }, () => pick([...pick(alphabets)])).join("");
  const spellings = [
    (text) => text,
    (text) => text.replace(/[^\x00-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    (text) => text.replace(/[acde]/g, (unit) => below(3) ? unit : `\\u00${unit.charCodeAt(0).toString(16).toUpperCase()}`),
  ];
  const checker = createCohortChecker(users);
  for (let round = 0; round < 400; round++) {
    const known = Array.from({ length: 30 }, id);
    const some = () => Array.from({ length: below(12) }, () => below(4) ? id() : pick(known));
    const changes = Array.from({ length: 1 + below(3) }, () => ({
      user_ids: some(), device_ids: some(), should_remove: below(2) === 1,
      aliases: some().map((alias_name) => ({ alias_name, alias_label: pick(known) })),
    }));
    const request = { partner_api_key: "p", client_secret: id(), cohort_id: id(), cohort_changes: changes };
    const spelt = JSON.stringify(request, null, pick([0, 0, 1, 2, "\t", "                    "]))
      .replace(/"(user_ids|device_ids|aliases|should_remove|cohort_id|client_secret)":|"(?:[^"\\]|\\.)*"/g,
        (text, key) => key ? text : pick(spellings)(text));
    const keys = changes.flatMap(({ user_ids, device_ids, aliases }) => [
      ...user_ids.map((one) => `u${one}`), ...device_ids.map((one) => `d${one}`), ...aliases.map((one) => JSON.stringify(one))]);
    const { ok, cohortId, counts, problems } = checker.check(encode(spelt));
    assert.deepEqual([ok, problems, cohortId], [true, [], request.cohort_id], spelt);
    assert.deepEqual(
      [counts.total, counts.distinct, counts.duplicates + counts.conflicts],
      [keys.length, new Set(keys).size, keys.length - new Set(keys).size], spelt);
  }
});

test("half a surrogate pair in a string is an error at its place, and a replacement character is none", () => {
  const body = (id) => JSON.stringify({ ...KEYS, cohort_id: "c", cohort_changes: [{ user_ids: ["ok"] }] }).replace("ok", id);
  const checker = createCohortChecker(users);
  for (const half of ["\ud800", "\udfff", "a\ud83dz"]) {
    const answer = checker.check(body(half));
    assert.deepEqual(answer.problems.map(({ code, path }) => [code, path]), [["json.lone_surrogate", "/cohort_changes/0/user_ids/0"]]);
  }
  for (const good of ["\ufffd", "😀", "\uffff", "\ufeff"]) assert.deepEqual(codes(checker.check(body(good)).problems), []);
  assert.deepEqual(codes(checkCohortRequest({ ...JSON.parse(body("ok")), cohort_id: "\ud800" }, users).problems), ["json.lone_surrogate"]);
  checker.free();
});

test("a body that is larger than allowed is refused with its place, in bytes or text", () => {
  const text = `{"a":\n"${"é".repeat(50)}"}`;
  for (const body of [text, encode(text)]) {
    for (const maxBytes of [0, 10, 17, 108]) {
      const answer = checkCohortRequest(body, { ...users, limits: { maxBytes } });
      assert.equal(answer.status, 413);
      assert.deepEqual(codes(answer.problems), ["limit.bytes"]);
      assert.equal(answer.problems[0].offset, maxBytes);
      assert.equal(answer.problems[0].endOffset, 109);
      if (maxBytes === 10) assert.deepEqual([answer.problems[0].line, answer.problems[0].column], [2, 4]);
    }
    assert.notEqual(checkCohortRequest(body, { ...users, limits: { maxBytes: 109 } }).status, 413);
  }
});

test("a parsed body that is no object is answered, as its text is", () => {
  for (const body of [null, 5, true, [], new Date(0)]) {
    const { ok, status, problems } = checkCohortRequest(body, users);
    assert.deepEqual([ok, status, codes(problems)], [false, 400, ["json.not_an_object"]]);
    assert.deepEqual(problems, checkCohortRequest(JSON.stringify(body), users).problems);
  }
});

test("at most maxProblems are listed, and one more says how many are not", () => {
  const body = `{"cohort_changes":[${"1,".repeat(20)}1]}`;
  const { problems } = checkCohortRequest(body, { ...users, maxProblems: 5 });
  assert.equal(problems.length, 6);
  assert.equal(problems[5].code, "limit.too_many_problems");
  assert.equal(checkCohortRequest(body, { ...users, maxProblems: 0 }).ok, false);
});

test("keys are compared, several of a kind are let in", () => {
  const keys = { partnerApiKey: ["other", "pk-test"], clientSecret: "cs-test" };
  assert.equal(checkCohortRequest(usersRequest(), { ...users, keys }).status, 200);
  const wrong = checkCohortRequest(usersRequest(), { ...users, keys: { clientSecret: "cs-tesT" } });
  assert.deepEqual([wrong.status, wrong.message, wrong.problems[0].code], [401, "Invalid client secret", "auth.client_secret_wrong"]);
});

test("an endpoint that Braze does not list is warned of", () => {
  const warned = (restEndpoint) => codes(checkCohortRequest(usersRequest(), { ...users, restEndpoint }).warnings);
  assert.deepEqual(warned("https://rest.fra-01.braze.com"), ["lint.cluster"]);
  for (const { restEndpoint } of edge.clusters) assert.deepEqual(warned(restEndpoint), []);
  assert.equal(edge.clusters.length, 15);
});

test("mistakes in the program throw, and no message holds a value", () => {
  const secret = "s3cr3t-value";
  const checker = createCohortChecker(users);
  for (const [call, kind] of [
    [() => checkCohortRequest(() => {}, users), TypeError],
    [() => checkCohortRequest(5n, users), TypeError],
    [() => checker.check(5), TypeError],
    [() => checker.check(null), TypeError],
    [() => checkCohortRequest(undefined, users), TypeError],
    [() => checkCohortRequest({ big: 1n, [secret]: 1 }, users), TypeError],
    [() => { const circle = { [secret]: 1 }; circle[secret] = circle; checkCohortRequest(circle, users); }, TypeError],
    [() => checkCohortRequest("{}"), TypeError],
    [() => checkCohortRequest("{}", { endpoint: secret }), TypeError],
    [() => checkCohortRequest("{}", secret), TypeError],
    [() => createCohortChecker({ ...users, keys: { clientSecret: 7 } }), TypeError],
    [() => createCohortChecker({ ...users, keys: secret }), TypeError],
    [() => createCohortChecker({ ...users, strict: secret }), TypeError],
    [() => createCohortChecker({ ...users, maxProblems: -1 }), TypeError],
    [() => createCohortChecker({ ...users, maxProblems: secret }), TypeError],
    [() => createCohortChecker({ ...users, limits: { maxBytes: NaN } }), TypeError],
    [() => checker.check({}), TypeError],
    [() => checker.check(), TypeError],
    [() => { checker.free(); checker.check("{}"); }, Error],
  ]) {
    assert.throws(call, (error) => error instanceof kind && error.message.length > 10 && !error.stack.includes(secret));
  }
  checker.free();
});

test("a checker can be disposed of", { skip: !Symbol.dispose }, () => {
  const checker = createCohortChecker(users);
  checker[Symbol.dispose]();
  assert.throws(() => checker.check("{}"), /freed/);
});

test("both entries answer alike", () => {
  for (const body of [usersRequest(), "", "{", "[]", '{"a":1,"a":2}']) {
    assert.deepEqual(full.checkCohortRequest(body, users), checkCohortRequest(body, users));
  }
});

test("a single alias begins at its brace, whatever space stands before", () => {
  const body = '{"partner_api_key":"p","client_secret":"c","cohort_id":"1","cohort_changes":[{"aliases" : \n  {"alias_name":"a","alias_label":"b"}}]}';
  const [warning] = checkCohortRequest(body, users).warnings;
  assert.deepEqual([warning.code, warning.offset, warning.line, warning.column], ["aliases.single_object", body.indexOf('{"alias_name'), 2, 3]);
});
