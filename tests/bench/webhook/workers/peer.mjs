// W6's peer: the same worker in careful hand-written JavaScript, with the host's WebCrypto and JSON.parse, and
// ajv's code made beforehand.

import validate from "webhook-validator";
import { CREATED_AT, MAX_AGE_MS, MAX_FUTURE_MS, SECRET } from "../settings.mjs";
import { worker } from "./frame.mjs";

/** Bytes of the largest body. */
const MAX_BYTES = 8 << 20;
const MAX_IDS = 1000;
const HEADER = /^[ \t]*ts:(\d{1,16})[ \t]*,[ \t]*hmac:([A-Za-z0-9+/]{43}=)[ \t]*$/;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
let key;

export default worker(handle, (body) => plan(read(body), CREATED_AT).requests);

async function handle(request) {
  if (request.method !== "POST") return refuse(405, "http.method");
  const body = await readBody(request);
  if (!body) return refuse(413, "limit.bytes");
  const header = request.headers.get("heap-hash");
  if (header === null) return refuse(400, "signature.missing");
  const parts = HEADER.exec(header);
  if (!parts) return refuse(400, "signature.format");
  const [, timestamp, hmac] = parts;
  if (!(await isSigned(body, timestamp, hmac))) return refuse(403, "signature.mismatch");
  const age = Date.now() - Number(timestamp);
  if (age > MAX_AGE_MS || -age > MAX_FUTURE_MS) return refuse(403, "signature.expired");
  const webhook = read(body);
  if (!webhook) return refuse(400, "webhook.invalid");
  // A drain needs the members, which nobody keeps here.
  if (webhook.action_type === "segment.users.drain") return refuse(400, "plan.invalid");
  const { page_number, total_pages } = webhook.data.sync_info;
  if (!(page_number >= 1 && page_number <= total_pages)) return refuse(400, "webhook.invalid");
  const { received, ids, requests } = plan(webhook, new Date().toISOString());
  return answer(200, { ok: true, code: "page.checked", received, ids, requests: requests.length - 1, problems: [], warnings: [] });
}

const answer = (status, told) => Response.json(told, { status, headers: { "cache-control": "no-store" } });
const refuse = (status, code) => answer(status, { ok: false, code });

/**
 * The body's bytes, or nothing where there are too many.
 *
 * WHY by the header: HTTP reads so many bytes and no more. Without it they are counted as they come.
 */
async function readBody(request) {
  const length = request.headers.get("content-length");
  if (length !== null) return Number(length) <= MAX_BYTES ? new Uint8Array(await request.arrayBuffer()) : undefined;
  const chunks = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function isSigned(body, timestamp, hmac) {
  key ??= await crypto.subtle.importKey("raw", encoder.encode(SECRET), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const message = new Uint8Array(timestamp.length + body.length);
  encoder.encodeInto(timestamp, message);
  message.set(body, timestamp.length);
  const digits = atob(hmac);
  const hash = new Uint8Array(32);
  for (let at = 0; at < 32; at++) hash[at] = digits.charCodeAt(at);
  return crypto.subtle.verify("HMAC", key, hash, message);
}

function read(body) {
  try {
    const webhook = JSON.parse(decoder.decode(body));
    return validate(webhook) ? webhook : undefined;
  } catch {
    return undefined;
  }
}

/** Braze's requests: the cohort's name, then its ids. Of an id in both lists the removal wins; of repeats the first stays. */
function plan({ data: { segment, add = [], remove = [] } }, createdAt) {
  const cohort = String(segment.id);
  const removes = take(remove);
  const adds = take(add, removes.seen);
  const ids = adds.ids.length + removes.ids.length;
  const name = { cohort_id: cohort, name: segment.name, created_at: createdAt };
  const requests = [{ path: "/partners/heap/cohorts", body: JSON.stringify(name), ids: 0 }];
  for (let from = 0; from < ids; from += MAX_IDS) {
    const some = cut(adds, from, from + MAX_IDS);
    const others = cut(removes, from - adds.ids.length, from + MAX_IDS - adds.ids.length);
    const cohort_changes = [];
    if (some.ids.length) cohort_changes.push({ user_ids: some.ids });
    if (others.ids.length) cohort_changes.push({ user_ids: others.ids, should_remove: true });
    requests.push({
      path: "/partners/heap/cohorts/users",
      body: JSON.stringify({ cohort_id: cohort, cohort_changes }),
      ids: some.ids.length + others.ids.length,
      origin: { add: some.places, remove: others.places },
    });
  }
  return { received: add.length + remove.length, ids, requests };
}

function take(list, winners) {
  const seen = new Set();
  const ids = [];
  const places = [];
  for (let at = 0; at < list.length; at++) {
    const { id } = list[at];
    const size = seen.size;
    if (id === "" || seen.add(id).size === size || winners?.has(id)) continue;
    ids.push(id);
    places.push(at);
  }
  return { seen, ids, places };
}

function cut({ ids, places }, from, to) {
  const [start, end] = [Math.max(from, 0), Math.max(to, 0)];
  return { ids: ids.slice(start, end), places: places.slice(start, end) };
}
