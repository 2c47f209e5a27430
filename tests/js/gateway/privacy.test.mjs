// No id, no secret, no name and nothing else of what came in stands in an answer, a header, a log
// entry or an error, whatever route it takes and whatever goes wrong. Marks are searched for.
import assert from "node:assert/strict";
import test from "node:test";
import { drain, sign, webhook } from "../support/bodies.mjs";
import { edge } from "../support/package.mjs";
import { Braze, many, PlainState } from "../support/gateway_world.mjs";

/** Stands in every value that is the customer's, in a form that no escape changes. */
const MARK = "Zq7Mark";
const SECRET = `${MARK}-heap`;
const KEYS = { partnerApiKey: `${MARK}-partner`, clientSecret: `${MARK}-import` };
const INBOUND = { partner_api_key: `${MARK}-in-partner`, client_secret: `${MARK}-in-import` };
const START = 1_690_000_000_000;
const HASH = (body) => ({ "heap-hash": sign(body, SECRET, START).replace(/;$/, "") });

const marked = (of = {}) => webhook({ add: [`${MARK}-a`, `${MARK}-b`], remove: [`${MARK}-c`], name: `${MARK} name`, task: `${MARK}-task`, ...of })
  .replaceAll('"customer"', `"${MARK}-customer"`).replaceAll('"identity"', `"${MARK}-identity"`);
const users = (of = {}) => JSON.stringify({ ...INBOUND, cohort_id: `${MARK}-cohort`, cohort_changes: [{ user_ids: [`${MARK}-u`], device_ids: [`${MARK}-d`], aliases: [{ alias_name: `${MARK}-n`, alias_label: `${MARK}-l` }] }], ...of });
const name = (of = {}) => JSON.stringify({ ...INBOUND, cohort_id: `${MARK}-cohort`, name: `${MARK}-name`, created_at: "2026-11-23T09:00:00Z", ...of });

/** Bodies that are good, and each in many ways not. */
function* bodies() {
  const good = [["/heap", marked()], ["/heap", marked({ page: 2, of: 3 })], ["/heap", drain({ name: MARK })], ["/partners/heap/cohorts/users", users()], ["/partners/heap/cohorts", name()], [`/${MARK}`, "{}"], ["/other", `"${MARK}"`]];
  for (const [path, body] of good) {
    yield [path, body];
    for (let cut = 1; cut < body.length; cut += 23) yield [path, body.slice(0, cut)];
    for (let at = 0; at < body.length; at += 31) yield [path, `${body.slice(0, at)}${["\u0000", '"', "}", ",", "9", "\\ud800"][at % 6]}${body.slice(at)}`];
  }
  yield ["/partners/heap/cohorts/users", users({ client_secret: `${MARK}-wrong` })];
  yield ["/partners/heap/cohorts/users", users({ partner_api_key: [MARK] })];
  yield ["/partners/heap/cohorts/users", users({ [MARK]: MARK, cohort_id: { [MARK]: MARK } })];
  yield ["/partners/heap/cohorts/users", users({ cohort_changes: MARK })];
  yield ["/partners/heap/cohorts/users", users({ cohort_changes: [{ user_ids: many(1_001, MARK) }] })];
  yield ["/partners/heap/cohorts", name({ created_at: MARK, name: "" })];
  yield [`/partners/${MARK.toLowerCase()}/cohorts`, name()];
  yield [`/heap?${MARK}=${MARK}`, marked({ task: "" })];
}

/** What Braze says, with what it was sent in it. */
const ANSWERS = {
  taken: () => undefined,
  refused: ({ keys }) => ({ status: 401, body: `{"message":"Partner not enabled for client with client secret: ${keys.client_secret}"}`, headers: { "x-echo": MARK } }),
  wrong: ({ body }) => ({ status: 400, body: JSON.stringify({ message: body, errors: [MARK] }) }),
  large: () => ({ status: 413, body: MARK }),
  busy: () => ({ status: 429, body: MARK, headers: { "retry-after": MARK, [`x-${MARK}`]: MARK } }),
  fails: () => ({ status: 500, body: `<html>${MARK}</html>`, headers: { "content-type": "text/html" } }),
  moved: () => ({ status: 302, headers: { location: `https://${MARK}.test/` } }),
  none: () => "none",
};

for (const [title, answer] of Object.entries(ANSWERS)) for (const queue of [false, true]) {
  test(`nothing of a request is told where Braze ${title}, ${queue ? "with" : "without"} a queue`, async (t) => {
    const said = [];
    const tell = (what) => said.push(what);
    for (const call of ["log", "info", "warn", "error", "debug", "trace"]) t.mock.method(console, call, (...words) => tell(words.map(String).join(" ")));
    const braze = new Braze(), state = new PlainState();
    braze.answer = answer;
    let config = {}, routes = {};
    const gateway = edge.createCohortGateway({
      config: () => ({
        restEndpoint: "https://rest.braze.test", keys: KEYS, inboundKeys: { partnerApiKey: INBOUND.partner_api_key, clientSecret: INBOUND.client_secret },
        heap: { secret: SECRET }, answerWithinMs: 400, routes, ...config,
      }),
      state, ...queue && { queue: { wake() {} } }, fetch: braze.fetch, now: () => START, log: tell,
    });
    const ask = async (path, body, headers = {}) => {
      const response = await gateway(new Request(`https://gateway.test${path}`, { method: "POST", headers: { "content-type": "application/json", [`x-${MARK}`]: MARK, ...headers }, body }));
      tell([response.status, response.statusText, [...response.headers], await response.text()]);
    };
    const call = async (work) => { try { const answer = await work(); if (answer?.ok !== undefined || answer?.left !== undefined) tell(answer); } catch (error) { tell([error.message, error.stack, String(error.cause)]); } };

    for (const [path, body] of bodies()) await ask(path, body, HASH(body));
    const body = marked({ task: `${MARK}-2` });
    for (const headers of [{}, { "heap-hash": MARK }, { "heap-hash": `ts:${MARK},hmac:${MARK}` }, { ...HASH(body), "content-type": MARK }, { ...HASH(body), "content-encoding": MARK }, { ...HASH(body), "content-encoding": "gzip" }]) await ask("/heap", body, headers);
    config = { dryRun: true };
    await ask("/heap", body, HASH(body));
    for (const wrong of [{ [MARK]: MARK }, { mode: MARK }, { restEndpoint: `https://${MARK}:${MARK}@x.test` }, { keys: { partnerApiKey: MARK, clientSecret: [MARK, MARK] } }, { heap: { secret: SECRET, mapping: MARK } }]) {
      config = wrong;
      await ask("/heap", body, HASH(body));
      await call(() => gateway.forward());
    }
    config = {};
    for (const read of [() => { throw new Error(MARK); }, () => MARK, () => ({ ok: true, sources: [{ action: MARK, segment: { id: MARK, name: MARK }, add: [MARK], remove: [] }] })]) {
      routes = { "/other": { partner: "acme", authorize: () => true, read } };
      await ask("/other", body);
    }
    await call(() => gateway.forward());
    await call(() => gateway.mend({ segment: { id: `${MARK}-m`, name: MARK }, ids: [MARK, "\ud800"] }));
    await call(() => gateway.mend({ segment: { id: `${MARK}-m`, name: MARK }, ids: `${MARK}\r\n` }));
    await call(() => gateway.mend({ segment: { id: `${MARK}-m`, name: MARK }, ids: [MARK] }));
    await call(() => gateway.mend({ segment: { id: [MARK], name: MARK }, ids: [] }));
    await call(() => gateway.mend({ segment: { id: MARK, name: MARK }, ids: [], partner: MARK, [MARK]: MARK }));
    await call(() => gateway.members({ cohortId: MARK, partner: MARK }));
    state.failAt = 0;
    for (let steps = 1; steps < 25; steps++) {
      state.failAt = state.steps + steps;
      await ask("/heap", body, HASH(body));
      await call(() => gateway.forward());
    }
    state.failAt = Infinity;
    const health = await gateway(new Request("https://gateway.test/health"));
    tell(await health.text());

    assert.ok(said.length > 100);
    for (const what of said) assert.ok(!new RegExp(MARK, "i").test(JSON.stringify(what)), JSON.stringify(what).slice(0, 2_000));
    const stored = JSON.stringify(state.dump());
    for (const secret of [SECRET, ...Object.values(KEYS), ...Object.values(INBOUND)]) assert.ok(!stored.includes(secret), "no key is stored");
  });
}

test("the search finds what it looks for", () => {
  for (const text of [marked(), users(), name(), SECRET]) assert.match(JSON.stringify([text]), new RegExp(MARK, "i"));
});
