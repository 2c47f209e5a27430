// Careful hand-written JavaScript: parse, look at every type, then the cross-checks with `Set`s.

import { REFUSED } from "../answer.mjs";
import { crossChecks } from "./cross_checks.mjs";
import { parse } from "./parse.mjs";

/** Checks a users request. */
export function check(bytes) {
  const body = parse(bytes);
  return isRequest(body) ? crossChecks(body.cohort_changes) : REFUSED;
}

/** Has everything in the request its type? */
export function isRequest(body) {
  if (typeof body !== "object" || body === null) return false;
  if (!isText(body.partner_api_key) || !isText(body.client_secret)) return false;
  if (!isText(body.cohort_id) || !Array.isArray(body.cohort_changes)) return false;
  const changes = body.cohort_changes;
  for (let at = 0; at < changes.length; at++) if (!isChange(changes[at])) return false;
  return true;
}

function isText(value) {
  return typeof value === "string" && value !== "";
}

function isChange(change) {
  if (typeof change !== "object" || change === null || Array.isArray(change)) return false;
  const { user_ids, device_ids, aliases, should_remove } = change;
  if (user_ids === undefined && device_ids === undefined && aliases === undefined) return false;
  return (
    (user_ids === undefined || areTexts(user_ids)) &&
    (device_ids === undefined || areTexts(device_ids)) &&
    (aliases === undefined || areAliases(aliases)) &&
    (should_remove === undefined || typeof should_remove === "boolean")
  );
}

function areTexts(list) {
  if (!Array.isArray(list)) return false;
  for (let at = 0; at < list.length; at++) {
    const id = list[at];
    if (typeof id !== "string" || id === "") return false;
  }
  return true;
}

function areAliases(list) {
  if (!Array.isArray(list)) return false;
  for (let at = 0; at < list.length; at++) {
    const alias = list[at];
    if (typeof alias !== "object" || alias === null) return false;
    if (!isText(alias.alias_name) || !isText(alias.alias_label)) return false;
  }
  return true;
}
