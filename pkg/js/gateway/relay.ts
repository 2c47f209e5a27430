// Requests in Braze's own form: checked as Braze would, and passed on with Braze's keys.
import type { Directory, Mapping, Problem } from "../../types";
import { checkCohortRequest } from "../checker";
import { decode } from "../problems";
import type { Place } from "./arrivals";
import { refusedByBraze, type Told } from "./answers";
import type { Settings } from "./config";
import { isTooLong, type Importer } from "./imports";
import { cohortOf, setName, type Change, type Job } from "./ledger";
import { isSomebodys } from "./prefilter";
import { enqueue } from "./waiting";
import { deliver } from "./work";

type Kind = "user_ids" | "device_ids" | "aliases";
const KINDS: Kind[] = ["user_ids", "device_ids", "aliases"];

export async function relay(
  importer: Importer, settings: Settings, partner: string, endpoint: "users" | "name", bytes: Uint8Array, path: string, deadline: number, place: Place,
): Promise<Told> {
  const { inboundKeys: keys, strict, maxBytes, maxDepth } = settings;
  const check = checkCohortRequest(bytes, { endpoint, keys, strict, lints: false, limits: { maxBytes, maxDepth } });
  const told: Told = { code: "request.invalid", received: check.counts.total, ids: 0, requests: 0, problems: check.problems, warnings: check.warnings };
  if (!check.ok) return { ...told, status: check.status, message: check.message };
  // WHY: parsed a second time, by the host: what the check let through has one meaning, and the keys
  // that came in it are stored nowhere.
  const { partner_api_key: _, client_secret: __, cohort_id, ...rest } = JSON.parse(decode(bytes)) as Record<string, unknown> & { cohort_id: string };
  if (isTooLong(cohort_id)) return { ...told, status: 400, code: "page.name_too_long", message: "cohort_id must be a valid string" };
  let { total: ids } = check.counts;
  if (endpoint === "users" && (settings.mode !== "forward" || settings.prefilter)) {
    let left;
    try {
      left = thinned(rest.cohort_changes as Change[], settings, check.counts.duplicates + check.counts.conflicts > 0, told);
    } catch {
      return { code: "gateway.route", fault: "`prefilter.directory` cannot be asked" };
    }
    if (!left) return { ...told, status: 400, message: "the ids cannot be looked up" };
    ids = left.ids;
    rest.cohort_changes = left.changes;
  }
  const job: Job = { path, body: JSON.stringify({ cohort_id, ...rest }), ids };
  const done: Told = { ...told, ids, requests: 1 };
  if (settings.dry) return { ...done, status: 200, code: settings.dryRun ? "request.would_forward" : "request.checked", message: "success" };
  const cohort = cohortOf(partner, cohort_id);
  await place.turn;
  if (importer.queue) {
    await importer.state.transaction(rows => {
      if (endpoint === "name") setName(rows, cohort, rest.name as string);
      enqueue(rows, cohort, [job], importer.now());
    });
    return { ...done, status: 202, code: "request.queued", message: "success" };
  }
  const sending = importer.inTurn([cohort], async (): Promise<Told> => {
    const { failed } = await deliver(importer, settings, cohort, [job], deadline);
    if (!failed) return { ...done, status: 201, code: "request.forwarded", message: "success" };
    const { outcome, code, status, retryAt } = failed.said;
    const refused = refusedByBraze(outcome, code, retryAt === undefined ? undefined : retryAt - importer.now());
    // What Braze says of the request itself is the sender's to know, in our words; what it says of our keys is not.
    return { ...done, ids: 0, ...refused, ...outcome === "rejected" && status === 400 && { status }, ...status === 423 && { status }, ...status === 429 && { status } };
  });
  place.leave();
  return sending;
}

/**
 * Changes without ids that come again later, and without those that are nobody's where they are to
 * be dropped; with `forward` all of them, once those that are nobody's are counted. Everything else stays where it is: two ids may be one person, so the order decides.
 */
function thinned(changes: Change[], { prefilter, mode }: Settings, repeats: boolean, told: Told): { changes: Change[]; ids: number } | undefined {
  if (!repeats && !prefilter) return { changes, ids: told.received! };
  const later = new Set<string>();
  let ids = 0;
  const result: Change[] = [];
  for (const change of [...changes].reverse()) {
    const left: Change = { ...change };
    for (const kind of [...KINDS].reverse()) {
      if (change[kind] === undefined) continue;
      let list = [change[kind]].flat();
      if (prefilter) {
        const found = lookUp(prefilter.directory, kind, list);
        if ("problems" in found) { told.problems = found.problems; return undefined; }
        told.unknown = (told.unknown ?? 0) + found.filter(is => !is).length;
        if (mode === "forward") continue;
        if (prefilter.unknown === "drop") list = list.filter((_, at) => found[at]);
      }
      list = list.reverse().filter(id => {
        const { alias_label, alias_name } = Object(id) as { alias_label?: string; alias_name?: string };
        const key = kind + JSON.stringify(kind === "aliases" ? [alias_label, alias_name] : id);
        return !later.has(key) && later.add(key);
      }).reverse();
      ids += list.length;
      (left as Record<Kind, unknown>)[kind] = list;
    }
    result.push(left);
  }
  if (prefilter) told.falsePositiveRate = prefilter.directory.falsePositiveRate;
  return mode === "forward" ? { changes, ids: told.received! } : { changes: result.reverse(), ids };
}

/** Whether each id is somebody's. */
function lookUp(directory: Directory, kind: Kind, list: unknown[]): boolean[] | { problems: Problem[] } {
  if (kind !== "aliases") return isSomebodys(directory, list as string[], kind);
  const aliases = list as { alias_name: string; alias_label: string }[];
  const found: boolean[] = [];
  for (const { alias_name, alias_label } of aliases) {
    const mapping: Mapping = { aliases: { alias_label } };
    const one = isSomebodys(directory, [alias_name], mapping);
    if (!Array.isArray(one)) return one;
    found.push(...one);
  }
  return found;
}
