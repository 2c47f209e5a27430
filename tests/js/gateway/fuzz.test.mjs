// Whatever comes in, the gateway answers: with a status of its table, and nothing goes on that was not signed.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { drain, sign, webhook } from "../support/bodies.mjs";
import { edge, encode } from "../support/package.mjs";
import { Braze, INBOUND, KEYS, PlainState, SECRET, START } from "../support/gateway_world.mjs";

const thorough = process.env.KOHORT_THOROUGH !== undefined;
const STATUSES = [200, 201, 202, 400, 401, 403, 404, 405, 409, 413, 415];

const users = JSON.stringify({ ...INBOUND, cohort_id: "c", cohort_changes: [{ user_ids: ["a", "b"], device_ids: ["d"] }, { aliases: [{ alias_name: "n", alias_label: "l" }], should_remove: true }] });
const name = JSON.stringify({ ...INBOUND, cohort_id: "c", name: "N", created_at: "2026-11-23T09:00:00Z" });
const good = fc.constantFrom(webhook(), webhook({ page: 2, of: 3, task: "é" }), webhook({ task: "" }), drain(), users, name, "{}", "", "[]", "null");

const printable = fc.string({ maxLength: 40 }).map((text) => text.replace(/[^\x20-\x7e]/g, "x").trim());
const headers = fc.dictionary(fc.constantFrom("heap-hash", "content-type", "content-encoding", "content-length", "x-forwarded-for", "expect-ct"), fc.oneof(
  printable, fc.constantFrom("application/json", "gzip", "identity", "br", "application/json; charset=utf-16", `ts:${START},hmac:AAAA`, "0", "99999999"),
), { maxKeys: 3 });
const path = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("/heap", "/partners/heap/cohorts/users", "/partners/heap/cohorts", "/health", "/other") },
  { weight: 1, arbitrary: fc.webPath() }, { weight: 1, arbitrary: fc.constantFrom("/__proto__", "/constructor", "/partners/__proto__/cohorts", "/heap%00", "/partners/heap/cohorts/", "//", "/%", "/heap;a", "/heap?%") },
);
/** A path with a body that belongs to it, most of the time. */
const aimed = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(["/heap", webhook()], ["/heap", webhook({ task: "" })], ["/heap", drain()], ["/partners/heap/cohorts/users", users], ["/partners/heap/cohorts", name]) },
  { weight: 1, arbitrary: fc.tuple(path, good) },
);
/** Bytes of a body with some of them changed, left out, doubled or put in. */
const mutated = fc.tuple(aimed, fc.array(fc.tuple(fc.constantFrom("set", "cut", "put", "double"), fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }), fc.boolean())
  .map(([[path, text], changes, packed]) => {
    let bytes = [...encode(text)];
    for (const [what, place, byte] of changes) {
      const at = place % (bytes.length + 1);
      if (what === "set") bytes[Math.min(at, bytes.length - 1)] = byte;
      if (what === "cut") bytes = bytes.slice(0, at);
      if (what === "put") bytes.splice(at, 0, byte);
      if (what === "double") bytes.splice(at, 0, ...bytes.slice(at, at + byte));
    }
    const plain = Uint8Array.from(bytes.filter((byte) => byte !== undefined));
    return { path, plain, sent: packed ? new Uint8Array(gzipSync(plain)) : plain, packed };
  });
const method = fc.oneof({ weight: 8, arbitrary: fc.constant("POST") }, { weight: 1, arbitrary: fc.constantFrom("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "post", "BREW") });

for (const queue of [false, true]) {
  test(`random requests are answered, and go on only when they are signed, ${queue ? "with" : "without"} a queue`, async () => {
    const braze = new Braze(), state = new PlainState();
    const log = [];
    const gateway = edge.createCohortGateway({
      config: () => ({
        restEndpoint: "https://rest.braze.test", keys: KEYS, inboundKeys: { partnerApiKey: INBOUND.partner_api_key, clientSecret: INBOUND.client_secret },
        heap: { secret: SECRET }, limits: { maxBytes: 5_000 }, routes: { "/other": { partner: "acme", authorize: () => false, read: () => assert.fail("nobody is let in") } },
      }),
      state, ...queue && { queue: { wake() {} } }, fetch: braze.fetch, now: () => START, log: (entry) => log.push(entry),
    });
    const seen = new Set();
    await fc.assert(fc.asyncProperty(method, fc.oneof(fc.constant({}), headers), mutated, fc.constantFrom(undefined, SECRET, SECRET, "another secret"), async (method, given, { path, plain, sent, packed }, secret) => {
      const all = { "content-type": "application/json", ...packed && { "content-encoding": "gzip" }, ...secret && { "heap-hash": sign(plain, secret, START).replace(/;$/, "") }, ...given };
      const before = braze.requests.length, entries = log.length;
      const request = new Request(`https://gateway.test${path.startsWith("/") ? path : `/${path}`}`, { method, headers: all, ...!/^(get|head)$/i.test(method) && { body: sent } });
      const answer = await gateway(request);
      const text = await answer.text();
      if (queue) await gateway.forward();
      if (answer.status === 503) assert.equal(new URL(request.url).pathname, "/health");
      else assert.ok(STATUSES.includes(answer.status), `${answer.status} ${text}`);
      if (text) assert.equal(typeof JSON.parse(text).code, "string");
      seen.add(answer.status);
      const entry = log.slice(entries).find(({ route }) => route !== "forward");
      assert.deepEqual([entry.status, entry.requestId], [answer.status, answer.headers.get("x-request-id")]);
      if (braze.requests.length === before) return;
      assert.ok([200, 201, 202].includes(answer.status), "what went on was let in");
      if (entry.route === "heap") assert.ok(all["heap-hash"] === sign(plain, SECRET, START).replace(/;$/, ""), "and was signed");
      else assert.ok(new TextDecoder().decode(plain).includes(INBOUND.client_secret), "and had the keys");
    }), { numRuns: thorough ? 50_000 : 1_500 });
    assert.deepEqual(braze.faults, []);
    for (const status of [200, queue ? 202 : 201, 400, 401, 403, 404, 405, 415]) assert.ok(seen.has(status), `${status} never came`);
  });
}

test("requests that no host makes are answered too", async () => {
  const gateway = edge.createCohortGateway({ config: () => ({ restEndpoint: "https://a.test", keys: { partnerApiKey: "a", clientSecret: "b" }, heap: { secret: "s" } }) });
  for (const request of [undefined, null, {}, { url: "no address" }, { url: "https://a.test/heap", method: "POST", headers: {} }, { url: "https://a.test/heap", method: "POST", headers: new Headers(), body: 5 }, "https://a.test/heap"]) {
    const answer = await gateway(request);
    assert.ok(answer.status >= 400, `${answer.status}`);
    assert.equal(typeof (await answer.json()).code, "string");
  }
});

test("ids that collide where they are hashed without a seed cost no more than others", async () => {
  // Pairs of blocks with one sum in a polynomial hash of base 31 and of base 33, in every order: what
  // an unseeded table has in one place. The core's own tables are in tests/hash_flooding.rs.
  const colliding = (pairs, bits) => Array.from({ length: 2 ** bits }, (_, n) => Array.from({ length: bits }, (_, at) => pairs[n >> at & 1]).join(""));
  const sum = (base) => (text) => [...text].reduce((hash, letter) => Math.imul(hash, base) + letter.charCodeAt(0) | 0, 0);
  const sets = [[["Aa", "BB"], 31], [["AB", "B!"], 33]].map(([pairs, base]) => {
    const ids = colliding(pairs, 13);
    assert.equal(new Set(ids.map(sum(base))).size, 1, "they do collide");
    return ids;
  });
  const random = sets[0].map((_, at) => `${at * 2_654_435_761 % 2 ** 32}`.padStart(26, "x"));
  const cost = async (ids) => {
    const state = edge.memoryState(), braze = new Braze();
    const gateway = edge.createCohortGateway({
      config: () => ({ restEndpoint: "https://rest.braze.test", keys: KEYS, heap: { secret: SECRET } }), state, fetch: braze.fetch, now: () => START,
    });
    const began = process.cpuUsage();
    for (const body of [webhook({ add: ids, remove: [] }), drain()]) {
      const answer = await gateway(new Request("https://gateway.test/heap", { method: "POST", body, headers: { "content-type": "application/json", "heap-hash": sign(body, SECRET, START).replace(/;$/, "") } }));
      assert.equal(answer.status, 200);
    }
    const { user, system } = process.cpuUsage(began);
    assert.deepEqual(braze.of(), []);
    return user + system;
  };
  // The least of several, each beside the other: what one place for all would cost is hundreds of times more.
  const least = (costs) => Math.min(...costs);
  const [crafted, other] = [[[], []], []];
  for (let turn = 0; turn < 4; turn++) {
    other.push(await cost(random));
    for (const at of [0, 1]) crafted[at].push(await cost(sets[at]));
  }
  for (const costs of crafted) assert.ok(least(costs) < 10 * least(other), `${least(costs)} µs beside ${least(other)} µs`);
});
