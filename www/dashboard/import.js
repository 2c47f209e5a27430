// From what the person gave to what the page shows: every call of the package but the loading.
import { checkCohortRequest, planCohortImport, readHeapWebhook } from "kohort";

const decoder = new TextDecoder();

/** Which of the three a body is, by the keys of its root: "webhook", "users", "name" or nothing. */
export function kindOf(body) {
  const text = decoder.decode(body);
  let has = (key) => new RegExp(`"${key}"\\s*:`).test(text); // for a body that is not JSON
  try {
    const value = JSON.parse(text);
    has = (key) => Object.hasOwn(Object(value), key);
  } catch {}
  if (has("cohort_changes")) return "users";
  if (has("action_type") || has("data")) return "webhook";
  return has("name") || has("created_at") ? "name" : undefined;
}

/**
 * Looks at a body and plans it: { kind, ok, problems, warnings, status?, plan?, source?, drain? }.
 * `source` is what a preview takes.
 */
export function examine(body, { partner, mapping, aliasLabel, conflict, members }) {
  const kind = kindOf(body);
  if (kind !== "webhook") {
    const check = checkCohortRequest(body, { endpoint: kind === "name" ? "name" : "users" });
    const { ok, problems, warnings, status, message, counts } = check;
    return { kind, ok, problems, warnings, status, message, received: counts.total, source: kind === "users" ? body : undefined };
  }
  const webhook = readHeapWebhook(body);
  const drain = webhook.ok && webhook.action === "drain";
  const plan = planCohortImport(body, {
    partner,
    mapping: mapping === "aliases" ? { aliases: { alias_label: aliasLabel } } : mapping,
    conflict,
    // A drain names no members and no sync: the person gives the first, the page the second.
    ...(drain && members.length > 0 && { members, syncId: "preview" }),
  });
  // A name for the drain is not asked for: it is only needed where the plan is carried out.
  const problems = plan.problems.filter((problem) => !(drain && problem.code === "plan.needs_sync_id"));
  return {
    kind,
    drain,
    ok: plan.ok,
    problems,
    warnings: plan.warnings,
    plan: plan.ok ? plan : undefined,
    received: plan.ok ? plan.report.received : undefined,
    source: plan.ok ? plan : undefined,
  };
}

/** Tells the id that a row of a report is about. Bodies are parsed when the first row needs them. */
export function idReader({ plan, source }) {
  const parsed = new Map();
  const changesOf = (request) => {
    if (!parsed.has(request)) {
      const text = plan ? plan.requests[request].body : decoder.decode(source);
      parsed.set(request, JSON.parse(text).cohort_changes);
    }
    return parsed.get(request);
  };
  return ({ request = 0, item, list, index }) => {
    const change = changesOf(request)[item];
    const id = [change[list]].flat()[index];
    return {
      id: list === "aliases" ? id.alias_name : id,
      label: list === "aliases" ? id.alias_label : undefined,
      remove: change.should_remove === true,
    };
  };
}
