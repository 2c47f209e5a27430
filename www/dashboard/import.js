// From what the person gave to what the page shows: every call of the package but the loading.
import { checkCohortRequest, planCohortImport, readHeapWebhook } from "kohort";

const decoder = new TextDecoder();

/** Tells whether a body has a key at its root. */
function keysOf(body) {
  const text = decoder.decode(body);
  try {
    const value = JSON.parse(text);
    return (key) => Object.hasOwn(Object(value), key);
  } catch {
    return (key) => new RegExp(`"${key}"\\s*:`).test(text); // as good as can be told of no JSON
  }
}

/** Which of the three a body is: "webhook", "users", "name" or nothing. */
function kindOf(has) {
  if (has("cohort_changes")) return "users";
  if (has("action_type") || has("data")) return "webhook";
  return has("name") || has("created_at") ? "name" : undefined;
}

/**
 * Looks at a body and plans it: { kind, ok, problems, warnings, received, … }. `source` is what a
 * preview takes, where there is one.
 */
export function examine(body, options) {
  const has = keysOf(body);
  const kind = kindOf(has);
  return kind === "webhook" ? examineWebhook(body, options) : examineRequest(body, kind, has);
}

function examineRequest(body, kind, has) {
  const check = checkCohortRequest(body, { endpoint: kind === "name" ? "name" : "users" });
  const { warnings, counts } = check;
  // A request out of a plan has no keys yet. Nobody should have to paste theirs here.
  const planned = !has("partner_api_key") && !has("client_secret");
  const problems = check.problems.filter(({ code }) => !planned || !/^auth\..*_missing$/.test(code));
  const ok = problems.length === 0;
  return {
    kind,
    ok,
    problems,
    warnings,
    status: planned ? undefined : check.status, // what Braze would answer
    received: counts.total,
    source: ok && kind === "users" ? body : undefined,
  };
}

function examineWebhook(body, { partner, mapping, aliasLabel, conflict, members }) {
  const webhook = readHeapWebhook(body);
  const drain = webhook.ok && webhook.action === "drain";
  const plan = planCohortImport(body, {
    partner,
    mapping: mapping === "aliases" ? { aliases: { alias_label: aliasLabel } } : mapping,
    conflict,
    // A drain names no members and no sync: the person gives the first, the page the second.
    ...(drain && members.length > 0 && { members, syncId: "preview" }),
  });
  // That a drain needs a name is nothing for the person to see to.
  const problems = plan.problems.filter((problem) => !drain || problem.code !== "plan.needs_sync_id");
  return {
    kind: "webhook",
    drain,
    cohortName: webhook.ok ? webhook.segment.name : undefined,
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
