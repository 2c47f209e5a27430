// An edge worker that carries Heap's cohorts into Braze, written as a user of `kohort` would.
//
//   POST /heap                              Heap's webhook: verified, planned, forwarded
//   POST /partners/:name/cohorts[/users]    requests in Braze's own form: checked, forwarded
//
// It answers 200 only when everything has been forwarded, so that Heap sends again what was not.
// No id, no secret and nothing else of a body stands in a log line or an answer: problems name a
// code and a place.
import {
  SyncGuard, classifyResponse, createCohortChecker, planCohortImport, readHeapWebhook,
  verifyHeapSignature, withKeys,
} from "kohort/edge";
import { readBody } from "./read_body.mjs";

// What was taken is remembered here, in memory: enough for one instance that lives. A worker on
// several machines keeps the guard's state, which is plain JSON, in a Durable Object.
const guard = new SyncGuard();
const busy = new Set(); // cohorts whose requests are under way: they go strictly one after another
const names = new Map(); // the name under which each cohort was last announced

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const partner = /^\/partners\/[a-z0-9_-]{1,64}\/cohorts(\/users)?$/.exec(pathname);
    if (pathname !== "/heap" && !partner) return answer(404, "http.not_found");
    if (request.method !== "POST") return answer(405, "http.method", { headers: { allow: "POST" } });
    const body = await readBody(request);
    if (!body) return answer(413, "limit.bytes");
    return partner ? relay(body, pathname, partner[1] ? "users" : "name", env) : importPage(request, body, env);
  },
};

/** A page from Heap: from signature to forwarded requests. */
async function importPage(request, body, env) {
  // The signature is over the bytes as they came: nothing looks into them before.
  const signature = verifyHeapSignature(body, request.headers.get("heap-hash"), { secret: env.HEAP_WEBHOOK_SECRET });
  if (!signature.ok) return answer(signature.status, signature.problems[0].code);

  const webhook = readHeapWebhook(body);
  if (!webhook.ok) return answer(400, "webhook.invalid", webhook);
  const cohort = webhook.segment.id;
  const { name } = webhook.segment;

  // Phase one of the guard: has this page come before? Heap repeats a page until it is accepted.
  // What is odd about a new one, such as `drift.suspected`, is told whatever becomes of the page.
  const { page } = webhook;
  let odd = [];
  if (page) {
    const { verdict, problems } = guard.begin(page, await sha256(body));
    if (verdict === "done") return answer(200, "page.done_before", { forwarded: 0 });
    if (verdict === "in_progress") return answer(503, "page.in_progress", { retryAfter: 1 });
    if (verdict === "conflict") return answer(409, problems[0].code);
    odd = problems;
  }
  if (busy.has(cohort)) {
    if (page) guard.release(page);
    return answer(503, "cohort.busy", { retryAfter: 1, odd });
  }
  busy.add(cohort);
  let accepted = false;
  try {
    const plan = planCohortImport(webhook, {
      partner: "heap",
      mapping: mappingOf(webhook.fields),
      // With it a name request goes first: only when the cohort is new here, or was renamed.
      ...(names.get(cohort) !== name && { createdAt: new Date().toISOString() }),
    });
    // A drain ends here with `plan.needs_snapshot`: this worker keeps no list of members.
    if (!plan.ok) return answer(400, "plan.invalid", { ...plan, odd });
    for (const planned of plan.requests) {
      const refusal = await forward(planned, env, odd);
      if (refusal) return refusal;
    }
    names.set(cohort, name);
    accepted = true;
    const ids = plan.requests.reduce((sum, planned) => sum + planned.ids, 0);
    return answer(200, "page.forwarded", { forwarded: plan.requests.length, ids, warnings: plan.warnings, odd });
  } finally {
    // Phase two: safe at Braze, or free to be sent again.
    if (page && accepted) guard.commit(page);
    else if (page) guard.release(page);
    busy.delete(cohort);
  }
}

/** A request that somebody wrote in Braze's form, without the keys being any of their business. */
async function relay(body, path, endpoint, env) {
  const checker = createCohortChecker({ endpoint, keys: keysOf(env), lints: false });
  try {
    const check = checker.check(body);
    if (!check.ok) return answer(check.status, "request.invalid", check);
    return (await post(path, body, env)) ?? answer(200, "request.forwarded", { forwarded: 1, ids: check.counts.total });
  } finally {
    checker.free();
  }
}

/** Sends a planned request. The keys are put in at the last moment: no plan holds them. */
function forward(planned, env, odd) {
  const { path, body } = withKeys(planned, keysOf(env));
  return post(path, body, env, odd);
}

const keysOf = (env) => ({ partnerApiKey: env.BRAZE_PARTNER_API_KEY, clientSecret: env.BRAZE_DATA_IMPORT_KEY });

/** Posts to Braze; nothing when it was accepted, else the answer to give. */
async function post(path, body, env, odd) {
  let said = { status: 0, headers: {}, body: "" }; // 0: no answer at all
  try {
    const response = await fetch(env.BRAZE_REST_ENDPOINT + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(20_000),
    });
    said = { status: response.status, headers: response.headers, body: await response.text() };
  } catch {} // a network fault, or Braze took too long
  // Braze's own words go no further: one of its messages holds the data import key.
  const { outcome, retryAfterMs, code } = classifyResponse(said);
  if (outcome === "accepted") return undefined;
  if (outcome === "retry") return answer(503, code, { retryAfter: Math.ceil((retryAfterMs ?? 1_000) / 1_000), odd });
  return answer(502, code, { odd });
}

/** Which of their identifiers the customer chose in Heap decides where the ids go. */
function mappingOf(fields) {
  const choice = fields.find((field) => field.type === "identity_mapping")?.value ?? "external_id";
  if (choice.startsWith("alias:")) return { aliases: { alias_label: choice.slice("alias:".length) } };
  return choice === "device_id" ? "device_ids" : "user_ids";
}

async function sha256(body) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The answer, and the one log line of a request: a status, numbers and codes, those of the guard's reports too. */
function answer(status, code, { problems = [], warnings = [], odd = [], forwarded, ids, retryAfter, headers } = {}) {
  const codes = odd.length ? odd.map((report) => report.code) : undefined;
  console.log(JSON.stringify({ status, code, problems: problems.length, odd: codes, forwarded, ids }));
  const places = (list) => list.map(({ code, path, line, column, message }) => ({ code, path, line, column, message }));
  return Response.json(
    { ok: status === 200, code, forwarded, ids, problems: places(problems), warnings: places([...odd, ...warnings]) },
    { status, headers: { ...headers, ...(retryAfter && { "retry-after": String(retryAfter) }) } },
  );
}
