// W6's peer: the same worker in careful hand-written JavaScript, with the host's WebCrypto and JSON.parse, and
// ajv's code made beforehand.

import validate from "webhook-validator";
import { MAX_AGE_MS, MAX_FUTURE_MS, SECRET } from "../settings.mjs";
import { sha256, worker } from "./frame.mjs";
import { PageGuard } from "./page_guard.mjs";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const guard = new PageGuard();
let key;

const HEADER = /^[ \t]*ts:(\d{1,16})[ \t]*,[ \t]*hmac:([A-Za-z0-9+/]{43}=)[ \t]*$/;

export default worker(async (body, header) => {
  if (header === null) return { status: 400, code: "signature.missing" };
  const parts = HEADER.exec(header);
  if (!parts) return { status: 400, code: "signature.format" };
  if (!(await isSigned(body, parts[1], parts[2]))) return { status: 403, code: "signature.mismatch" };
  const age = Date.now() - Number(parts[1]);
  if (age > MAX_AGE_MS || -age > MAX_FUTURE_MS) return { status: 403, code: "signature.expired" };

  const webhook = read(body);
  if (!webhook) return { status: 400, code: "webhook.invalid" };
  const { segment, sync_info: sync } = webhook.data;
  const cohort = String(segment.id);
  // A drain needs the members, which nobody keeps here.
  if (webhook.action_type === "segment.users.drain") return { status: 400, code: "plan.invalid" };
  const page = { cohort, task: sync.sync_task_id, number: sync.page_number, total: sync.total_pages };
  const verdict = guard.begin(page, await sha256(body));
  if (verdict === "done") return { status: 200, code: "page.done_before" };
  if (verdict === "in_progress") return { status: 503, code: "page.in_progress" };
  if (verdict === "conflict") return { status: 409, code: "page.conflict" };

  const { counts, requests } = await plan(cohort, page, webhook.data);
  guard.commit(page);
  return { status: 200, code: "page.planned", counts, requests };
});

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

const MAX_IDS = 1000;

/** Braze's requests. Of an id in both lists the removal wins; of repeats the first one stays. */
async function plan(cohort, page, { add = [], remove = [] }) {
  const counts = { received: add.length + remove.length, sent: 0, adds: 0, removes: 0, duplicates: 0, conflicts: 0, empty: 0, requests: 0, bytes: 0 };
  const removes = take(remove, "remove", undefined, counts);
  const adds = take(add, "add", removes.seen, counts);
  counts.adds = adds.ids.length;
  counts.removes = removes.ids.length;
  counts.sent = counts.adds + counts.removes;
  const requests = [];
  for (let from = 0; from < counts.sent; from += MAX_IDS) {
    const to = from + MAX_IDS;
    const some = cut(adds, from, to);
    const others = cut(removes, from - counts.adds, to - counts.adds);
    const changes = [];
    if (some.ids.length) changes.push({ user_ids: some.ids });
    if (others.ids.length) changes.push({ user_ids: others.ids, should_remove: true });
    const body = JSON.stringify({ cohort_id: cohort, cohort_changes: changes });
    const name = JSON.stringify(["1", "heap", cohort, page.task, page.number, from]);
    requests.push({
      path: "/partners/heap/cohorts/users",
      body,
      idempotencyKey: await sha256(encoder.encode(name + body)),
      ids: some.ids.length + others.ids.length,
      origin: { add: some.places, remove: others.places },
    });
    counts.bytes += body.length;
  }
  counts.requests = requests.length;
  return { counts, requests };
}

function take(list, name, winners, counts) {
  const seen = new Set();
  const ids = [];
  const places = [];
  for (let at = 0; at < list.length; at++) {
    const { id } = list[at];
    if (id === "") {
      counts.empty++;
      continue;
    }
    const size = seen.size;
    if (seen.add(id).size === size) counts.duplicates++;
    else if (winners?.has(id)) counts.conflicts++;
    else {
      ids.push(id);
      places.push(at);
    }
  }
  return { seen, ids, places };
}

const cut = ({ ids, places }, from, to) => {
  const [start, end] = [Math.max(from, 0), Math.max(to, 0)];
  return { ids: ids.slice(start, end), places: places.slice(start, end) };
};
