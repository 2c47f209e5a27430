// A page of a cohort, planned: which requests bring it into Braze. Nothing is sent or kept here.
import type { Directory, GatewaySources, IdList, IdListInput, Mapping, Problem, SyncPage } from "../../types";
import { idList, readIds } from "../ids";
import { makePlan } from "../plan";
import { found } from "../problems";
import { isMapping, type Settings } from "./config";
import { hex } from "./delivery";
import { KeptPage } from "./kept";
import { cohortOf, type Job, type Queued, type Run } from "./ledger";
import { isSomebodys } from "./prefilter";

/** A page as it is read, and what its ids are. */
export type Source = GatewaySources["sources"][number];

/** What a plan says of ids. */
export interface Sums { received: number; ids: number; requests: number; unknown?: number }

/** A page, planned. */
export interface Planned extends Sums {
  source: Source;
  cohort: string;
  segment: { id: string; name: string };
  page: SyncPage | undefined;
  /** What gives the cohort its name; of a drain and of a list of everybody there is none yet. */
  name: Job | undefined;
  jobs: Queued[];
  /** A list of everybody, whose difference to the members is planned when they are known. */
  full?: { ids: readonly string[]; mapping: Mapping } | undefined;
  warnings: readonly Problem[];
}

export interface Planning {
  settings: Settings;
  partner: string;
  now: number;
  /** Are members kept? Without them a drain and a list of everybody cannot be planned. */
  keepsMembers: boolean;
}

/** Plans a page, with its keys where they are needed, which the host hashes: it is quicker at that. */
export async function planPageByHost(planning: Planning, source: Source): Promise<Planned | Problem[]> {
  // Of what is only checked no request is made.
  const materials = planning.settings.mode === "check" ? null : [] as Uint8Array<ArrayBuffer>[];
  const plan = planPage(planning, source, undefined, materials);
  if (!materials || Array.isArray(plan)) return plan;
  const keys = await Promise.all(materials.map(material => crypto.subtle.digest("SHA-256", material)));
  // The name's comes first, as the name does.
  [plan.name, ...plan.jobs].forEach((job, at) => { if (job && "key" in job) job.key = hex(keys[at]!); });
  return plan;
}

/** Plans a page; ids that later pages of its sync had are left out. Answers what is wrong with it instead. */
export function planPage(
  { settings, partner, now, keepsMembers }: Planning, source: Source, without?: ReadonlySet<string>, materials?: Uint8Array<ArrayBuffer>[] | null,
): Planned | Problem[] {
  const { action, segment, page, mapping = "user_ids" } = source;
  if (!["sync", "drain", "full"].includes(action) || typeof segment.id !== "string" || typeof segment.name !== "string" || !isMapping(mapping)) throw new TypeError();
  const base = {
    source, segment, cohort: cohortOf(partner, segment.id), page: page && { segmentId: segment.id, ...page },
    name: undefined, jobs: [], received: 0, ids: 0, requests: 0, warnings: [],
  };
  if (source.action !== "sync" && !keepsMembers) return [found("plan.needs_snapshot")];
  if (source.action === "drain") return { ...base, jobs: [{ drain: segment, partner, syncId: `drain ${now}` }] };
  const lists: Record<string, IdListInput> = {}, places: Record<string, number[] | undefined> = {};
  const sums: Sums = { received: 0, ids: 0, requests: 0 };
  const { prefilter } = settings;
  const isTold = source instanceof KeptPage && source.isThere && !prefilter && !without;
  if (isTold) sums.received = source.received;
  const given: Record<string, IdListInput> = source.action === "full" ? { members: source.members } : isTold ? {} : { add: source.add, remove: source.remove };
  for (const [list, all] of Object.entries(given)) {
    lists[list] = all;
    sums.received += lengthOf(all);
    if (!prefilter && !without) continue;
    const ids = listOf(all, list);
    if ("code" in ids) return [ids];
    let kept: readonly boolean[] = Array.from(ids, id => !without?.has(id));
    if (prefilter) {
      const known = isSomebodys(prefilter.directory as Directory, ids, mapping);
      if (!Array.isArray(known)) return known.problems;
      sums.unknown = (sums.unknown ?? 0) + known.filter(is => !is).length;
      // Of a list of everybody nobody is left out: who is not in it leaves.
      if (drops(settings) && source.action === "sync") kept = kept.map((is, at) => is && known[at]!);
    }
    if (kept.every(Boolean)) continue;
    const texts = [...ids];
    places[list] = texts.flatMap((_, at) => kept[at] ? [at] : []);
    lists[list] = places[list]!.map(at => texts[at]!);
  }
  if (source.action === "full") {
    const members = listOf(lists.members!, "members");
    return "code" in members ? [members] : { ...base, ...sums, full: { ids: [...members], mapping } };
  }
  const { add = [], remove = [] } = lists;
  const plan = makePlan({ action: "sync", segment, page, add, remove }, {
    partner, mapping, conflict: settings.conflict, createdAt: new Date(now).toISOString(),
  }, materials, isTold);
  if (!plan.ok) return plan.problems;
  const { report: { sent }, warnings } = plan;
  // Where requests are only counted there is no name's among them.
  if (materials === null) return { ...base, ...sums, ids: sent, requests: plan.count - 1, warnings };
  const [name, ...rest] = plan.requests;
  const sync = page?.syncTaskId || undefined;
  const jobOf = ({ path, body, ids, idempotencyKey: key }: typeof rest[0]): Job => ({ path, body, ids, ...sync !== undefined && { key, sync } });
  const jobs = rest.map(request => ({ ...jobOf(request), ...!settings.dry && { origin: runs(request.origin, places) } }));
  return { ...base, ...sums, name: jobOf(name!), jobs, ids: sent, requests: jobs.length, warnings };
}

/** Are ids that are nobody's left out? */
const drops = ({ prefilter, mode }: Settings) => prefilter?.unknown === "drop" && mode !== "forward";

/** Ids of a list of everybody that are nobody's, where such are not sent. */
export function nobodysOf(settings: Settings, { ids, mapping }: NonNullable<Planned["full"]>): Set<string> | undefined {
  if (!drops(settings)) return undefined;
  const known = isSomebodys(settings.prefilter!.directory, ids as string[], mapping);
  return Array.isArray(known) ? new Set(ids.filter((_, at) => !known[at])) : undefined;
}

/** All ids of a page, in whichever list. */
export const idsOf = ({ source }: Planned): string[] =>
  source.action !== "sync" ? [] : [source.add, source.remove].flatMap(list => Array.isArray(list) ? list : [...idList((list as IdList).bytes, (list as IdList).offsets)]);

function listOf(given: IdListInput, name: string): IdList | Problem {
  const read = readIds(given, `source.${name}`, `/${name}`);
  return "code" in read ? read : idList(read.bytes, read.offsets);
}
const lengthOf = (list: IdListInput) => Array.isArray(list) ? list.length : Math.max(0, (list as IdList).offsets.length - 1);

/** Where ids stood, neighbours together. */
function runs(origin: readonly { list: string; index: number }[], places: Record<string, number[] | undefined>): Run[] {
  const found: Run[] = [];
  for (const { list, index } of origin) {
    const at = places[list]?.[index] ?? index, last = found.at(-1);
    if (last && last[0] === list && last[1] + last[2] === at) last[2]++;
    else found.push([list, at, 1]);
  }
  return found;
}

/** The first of the places at which ids stood that a request has. */
export function placesOf(runs: readonly Run[] = [], most = 100): { list: string; index: number }[] {
  const places: { list: string; index: number }[] = [];
  for (const [list, first, count] of runs) {
    for (let at = 0; at < count && places.length < most; at++) places.push({ list, index: first + at });
  }
  return places;
}
