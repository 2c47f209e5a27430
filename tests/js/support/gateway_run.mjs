// Runs the gateway's conformance cases through an entry's calls, in whatever runtime this is.
import { covers } from "./conformance_run.mjs";

/** The time at which every case happens. */
export const NOW = 1_690_000_000_000;
const SECRET = "heap-secret-SECRET";
const KEYS = { partnerApiKey: "braze-partner-SECRET", clientSecret: "braze-import-SECRET" };
const INBOUND = { partnerApiKey: "inbound-partner-SECRET", clientSecret: "inbound-import-SECRET" };

const encode = (text) => new TextEncoder().encode(text);

/** What differs from what is expected, a line each. */
export async function differences(edge, cases) {
  const wrong = [];
  for (const given of cases) {
    if (given.needs === "gzip" && (typeof DecompressionStream !== "function" || typeof CompressionStream !== "function")) continue;
    wrong.push(...(await differing(edge, given)).map((line) => `${given.name}: ${line}`));
  }
  return wrong;
}

async function differing(edge, { config, options = {}, steps, ...step }) {
  const wrong = [];
  const forwarded = [], entries = [], answers = [];
  let now = NOW;
  const gateway = edge.createCohortGateway({
    config: (env) => ({
      restEndpoint: "https://braze.test", keys: env.keys, inboundKeys: INBOUND, heap: { secret: env.secret, ...config?.heap },
      answerWithinMs: 0, ...config, ...config?.heap && { heap: { secret: env.secret, ...config.heap } },
    }),
    ...(options.state || options.queue) && { state: edge.memoryState() },
    ...options.queue && { queue: { wake() {} } },
    log: (entry) => entries.push(entry),
    now: () => now,
    async fetch(url, { method, headers, body, redirect }) {
      const { partner_api_key, client_secret, ...rest } = JSON.parse(body);
      if (partner_api_key !== KEYS.partnerApiKey || client_secret !== KEYS.clientSecret) wrong.push("a request was sent without Braze's keys");
      if (method !== "POST" || headers["content-type"] !== "application/json" || redirect !== "manual") wrong.push("a request was sent in another way");
      forwarded.push({ path: url.replace("https://braze.test", ""), body: rest });
      const answer = answers.shift() ?? { status: 201, body: '{"message":"success"}' };
      if (answer === "none") throw new TypeError("ids-SECRET could not be sent");
      return new Response([204, 304].includes(answer.status) ? null : answer.body ?? "", { status: answer.status, headers: answer.headers ?? {} });
    },
  });
  for (const [at, { request, braze = [], expected, later = 0, forward }] of (steps ?? [step]).entries()) {
    const where = steps ? `step ${at + 1}, ` : "";
    now += later;
    forwarded.length = entries.length = 0;
    answers.splice(0, Infinity, ...braze);
    const env = { keys: KEYS, secret: SECRET };
    const answer = forward ? await gateway.forward(env) : await answered(gateway, await requestOf(request, now), env, where, wrong);
    // What waits is sent behind the answer: this waits for it.
    if (options.queue && !forward && expected.forwarded) await gateway.forward(env);
    const told = { ...answer, forwarded, log: entries.at(-1), logged: entries.length };
    for (const [key, value] of Object.entries(expected)) {
      if (!covers(told[key], value)) wrong.push(`${where}${key} should be ${JSON.stringify(value)} and is ${JSON.stringify(told[key])}`);
    }
    if (expected.forwarded === undefined && !options.queue && forwarded.length) wrong.push(`${where}something was sent`);
    for (const [what, said] of Object.entries({ answer, entries })) if (/SECRET/.test(JSON.stringify(said))) wrong.push(`${where}${what} hold a secret or an id`);
  }
  return wrong;
}

async function answered(gateway, request, env, where, wrong) {
  const response = await gateway(request, env);
  const text = await response.text();
  const headers = Object.fromEntries(response.headers);
  if (headers["content-type"] !== "application/json" || headers["cache-control"] !== "no-store") wrong.push(`${where}the answer is not JSON, or may be kept`);
  if (!/^[0-9a-f-]{36}$/.test(headers["x-request-id"] ?? "")) wrong.push(`${where}the answer has no x-request-id`);
  const body = text ? JSON.parse(text) : {};
  return { status: response.status, code: body.code, headers, body };
}

async function requestOf({ method = "POST", path, headers = {}, body, sign }, now) {
  const bytes = await bodyOf(body);
  const all = new Headers();
  if (bytes) all.set("content-type", "application/json");
  if (sign) {
    const { secret = SECRET, at = 0, of } = sign === true ? {} : sign;
    const message = of === undefined ? await bodyOf({ ...recipe(body), gzip: false, cut: 0, after: "" }) : encode(of);
    all.set("heap-hash", await signed(message, secret, now + at));
  }
  for (const [name, value] of Object.entries(headers)) {
    all.delete(name);
    for (const each of [value].flat()) if (each !== null) all.append(name, each);
  }
  return new Request(`https://gateway.test${path}`, { method, headers: all, ...bytes && { body: bytes } });
}

/** The header that Heap would send. */
export async function signed(body, secret, timestamp) {
  const key = await crypto.subtle.importKey("raw", encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const message = new Uint8Array([...encode(`${timestamp}`), ...body]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
  return `ts:${timestamp},hmac:${btoa(String.fromCharCode(...mac))}`;
}

const recipe = (body) => (typeof body === "string" ? { text: body } : body);

/** The bytes of a body: its text, made as `tests/conformance/README.md` says, then packed, cut and lengthened. */
async function bodyOf(body) {
  if (body === undefined) return undefined;
  const { text, json, webhook, drain, braze, repeat, times = 1, base64, gzip, cut = 0, after = "" } = recipe(body);
  let bytes;
  if (base64 !== undefined) bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  else bytes = encode(
    text ?? (webhook ? JSON.stringify(webhookOf(webhook)) : drain ? JSON.stringify(drainOf(drain)) : braze ? JSON.stringify(brazeOf(braze))
      : repeat !== undefined ? repeat.repeat(times) : JSON.stringify(json)));
  if (gzip) bytes = new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
  return new Uint8Array([...bytes.subarray(0, bytes.length - cut), ...encode(after)]);
}

/** Ids: a list, or so many of them. */
const idsOf = (ids, prefix) => (typeof ids === "number" ? Array.from({ length: ids }, (_, at) => `${prefix}-${at}-SECRET`) : ids);

/** A page of a sync, as Heap sends it. */
export function webhookOf({ segment = 1338065, name = "Trials", page = 1, of = 1, task = "task-1", add = [], remove = [], fields } = {}) {
  return {
    id_token: "token-SECRET", action_type: "segment.users.sync", ...fields && { customer_config: { fields } },
    data: {
      segment: { id: segment, name }, sync_info: { page_number: page, total_pages: of, sync_task_id: task },
      add: idsOf(add, "add").map((id) => ({ id })), remove: idsOf(remove, "remove").map((id) => ({ id })),
    },
  };
}

export const drainOf = ({ segment = 1338065, name = "Trials" } = {}) => ({ action_type: "segment.users.drain", data: { segment: { id: segment, name } } });

/** A Braze-shaped request, with the keys that its senders have. */
export function brazeOf({ keys, users, ...rest }) {
  return {
    partner_api_key: INBOUND.partnerApiKey, client_secret: INBOUND.clientSecret, ...keys, cohort_id: "c1",
    ...users !== undefined && { cohort_changes: [{ user_ids: idsOf(users, "user") }] }, ...rest,
  };
}
