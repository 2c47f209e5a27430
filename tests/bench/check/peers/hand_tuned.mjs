// Hand-written JavaScript as quick as we could make it: as `hand.mjs`, but ids go into a hash table
// of our own instead of `Set`s.
//
// `Set` hashes every character of every id and grows from nothing each time; this table is there
// already and looks at nine characters. Few would write this for a webhook, and it must guard itself
// against ids that are chosen to collide: after too many steps, and at the first repeat, it leaves
// the work to the `Set`s.

import { REFUSED } from "../answer.mjs";
import { crossChecks, countKinds } from "./cross_checks.mjs";
import { isRequest } from "./hand.mjs";
import { parse } from "./parse.mjs";

const MAX_IDS = 1000;
const SLOTS = 4096;
const PATIENCE = 2048;

// What stands where an alias has its label: no text, so that it is equal to none.
const USER = null;
const DEVICE = undefined;

const slots = new Int16Array(SLOTS);
const texts = new Array(MAX_IDS).fill("");
const labels = new Array(MAX_IDS).fill("");
let count = 0;
let patience = 0;

/** Checks a users request. */
export function check(bytes) {
  const body = parse(bytes);
  if (!isRequest(body)) return REFUSED;
  const changes = body.cohort_changes;
  const { add, remove, total } = countKinds(changes);
  if (total > MAX_IDS) return REFUSED;
  if (!areDistinct(changes)) return crossChecks(changes);
  return { ok: true, counts: { add, remove, total, distinct: total, duplicates: 0, conflicts: 0 } };
}

function areDistinct(changes) {
  slots.fill(0);
  count = 0;
  patience = PATIENCE;
  for (let at = 0; at < changes.length; at++) {
    const { user_ids, device_ids, aliases } = changes[at];
    if (user_ids !== undefined && !insertAll(user_ids, USER)) return false;
    if (device_ids !== undefined && !insertAll(device_ids, DEVICE)) return false;
    if (aliases === undefined) continue;
    for (let index = 0; index < aliases.length; index++) {
      if (!insert(aliases[index].alias_name, aliases[index].alias_label, 2)) return false;
    }
  }
  return true;
}

function insertAll(ids, kind) {
  for (let index = 0; index < ids.length; index++) {
    if (!insert(ids[index], kind, kind === USER ? 0 : 1)) return false;
  }
  return true;
}

function insert(text, label, salt) {
  let slot = sample(text, salt) & (SLOTS - 1);
  for (;;) {
    const taken = slots[slot];
    if (taken === 0) break;
    if (texts[taken - 1] === text && labels[taken - 1] === label) return false;
    if (--patience === 0) return false;
    slot = (slot + 1) & (SLOTS - 1);
  }
  texts[count] = text;
  labels[count] = label;
  slots[slot] = ++count;
  return true;
}

function sample(text, salt) {
  const length = text.length;
  const step = length > 16 ? length >> 3 : 1;
  let hash = length ^ salt;
  for (let at = 0; at < length; at += step) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x9e3779b1);
  }
  return hash ^ (hash >>> 15);
}
