// Pages of cohorts: planned, guarded against repeats, and sent or stored to be sent.
import type { GatewayQueue, GatewayRows, GatewaySources, IdListInput, Mapping, Problem, Refused, SyncPage } from "../../types";
import { planCohortImport } from "../plan";
import { idList, readIds } from "../ids";
import { found } from "../problems";
import { refusedByBraze, type Told } from "./answers";
import type { Settings } from "./config";
import type { Sender } from "./delivery";
import { cohortOf, enqueue, guardOf, isKnown, keepGuard, nameOf, setName, type Job, type Queued, type Run } from "./ledger";
import { sift } from "./prefilter";
import { planMend } from "./mend";
import { deliver, placesOf } from "./work";

/** A page as it is read, and what its ids are. */
export type Source = GatewaySources["sources"][number];

/** A page, planned. */
interface Planned {
  cohort: string;
  segment: { id: string; name: string };
  page: SyncPage | undefined;
  name: Job | undefined;
  jobs: Queued[];
  /** A list of everybody, whose difference to the members is planned when they are known. */
  full?: { ids: readonly string[]; mapping: Mapping };
}

/** What pages are taken by. */
export interface Importer extends Sender {
  queue: GatewayQueue | undefined;
  /** Pages that are being forwarded. */
  underway: Set<string>;
  /** Runs work on a cohort after the work on it that began before. */
  inTurn<T>(cohorts: readonly string[], work: () => Promise<T>): Promise<T>;
}

/** Takes pages whose body has this hash; all of them are planned before anything is sent or stored. */
export async function importPages(
  importer: Importer, settings: Settings, partner: string, sources: readonly Source[], bodyHash: string, deadline: number,
): Promise<Told> {
  const told: Told = { code: "", received: 0, ids: 0, requests: 0, warnings: [], problems: [] };
  const planned: Planned[] = [];
  for (const [at, source] of sources.entries()) {
    const plan = planPage(importer, settings, partner, source, sources.length > 1 ? `/${at}` : "", told);
    if (!plan) return { ...told, code: "plan.invalid", ids: 0, requests: 0 };
    planned.push(plan);
  }
  if (settings.prefilter) told.falsePositiveRate = settings.prefilter.directory.falsePositiveRate;
  if (settings.mode === "check") return { ...told, code: "page.checked" };
  return settings.dryRun || importer.queue ? store(importer, settings, partner, planned, bodyHash, told)
    : importer.inTurn(planned.map(({ cohort }) => cohort), () => send(importer, settings, partner, planned, bodyHash, deadline, told));
}

function planPage(importer: Importer, settings: Settings, partner: string, source: Source, path: string, told: Told): Planned | undefined {
  const { segment, page, mapping = "user_ids" } = source;
  const cohort = cohortOf(partner, segment.id);
  const base = { cohort, segment, page: page && { segmentId: segment.id, ...page }, name: undefined };
  if (source.action !== "sync" && !importer.keepsMembers) return refuse(told, [found("plan.needs_snapshot", path)]);
  if (source.action === "full") {
    const read = readIds(source.members, "source.members", `${path}/members`);
    if ("code" in read) return refuse(told, [read]);
    const ids = [...idList(read.bytes, read.offsets)];
    told.received! += ids.length;
    return { ...base, jobs: [], full: { ids, mapping } };
  }
  if (source.action === "drain") {
    const drain = { drain: segment, partner, syncId: `drain ${importer.now()}` };
    return { ...base, jobs: [drain] };
  }
  const origins: Record<string, number[] | undefined> = {};
  const lists = { add: source.add, remove: source.remove };
  told.received! += count(source.add) + count(source.remove);
  const { prefilter } = settings;
  for (const list of prefilter ? ["add", "remove"] as const : []) {
    const sifted = sift(prefilter!.directory, lists[list], mapping, prefilter!.unknown === "drop");
    if ("ok" in sifted) return refuse(told, sifted.problems);
    told.unknown = (told.unknown ?? 0) + sifted.unknown;
    lists[list] = sifted.ids;
    origins[list] = sifted.places;
  }
  const plan = planCohortImport({ action: "sync", segment, page, ...lists }, {
    partner, mapping, conflict: settings.conflict, createdAt: new Date(importer.now()).toISOString(),
  });
  told.warnings = [...told.warnings!, ...under(path, plan.warnings)];
  if (!plan.ok) return refuse(told, under(path, plan.problems));
  const [first, ...rest] = plan.requests;
  const sync = page?.syncTaskId || undefined;
  const jobs = rest.map(({ path, body, ids, idempotencyKey, origin }): Job => ({
    path, body, ids, ...sync !== undefined && { key: idempotencyKey, sync }, origin: settings.dry ? undefined : runs(origin, origins),
  }));
  told.ids! += plan.report.sent;
  told.requests! += jobs.length;
  const { path: namePath, body, idempotencyKey: key } = first!;
  return { ...base, name: { path: namePath, body, ids: 0, ...sync !== undefined && { key, sync } }, jobs };
}

function refuse(told: Told, problems: readonly Problem[]): undefined {
  told.problems = [...told.problems!, ...problems];
}
const under = (path: string, problems: readonly Problem[]) => path ? problems.map(problem => ({ ...problem, path: path + problem.path })) : problems;
const count = (list: IdListInput) => Array.isArray(list) ? list.length : Math.max(0, (list as { offsets: Uint32Array }).offsets.length - 1);

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

/** What the guard says of pages: what to tell, or which of them are new. */
function guarded(rows: GatewayRows, partner: string, planned: readonly Planned[], bodyHash: string, told: Told, underway: ReadonlySet<string>): Told | { fresh: Planned[]; keep(): void } {
  const fresh: Planned[] = [];
  const keep: (() => void)[] = [];
  let missing: readonly number[] | undefined;
  for (const plan of planned) {
    const { page, cohort } = plan;
    if (!page) { fresh.push(plan); continue; }
    if (underway.has(pageKey(cohort, page))) return { ...told, code: "page.in_progress", ids: 0, requests: 0 };
    const guard = guardOf(rows, partner, page.segmentId);
    const { verdict, problems, missing: left } = guard.begin(page, bodyHash);
    if (verdict === "conflict") return { ...told, code: "page.conflict", ids: 0, requests: 0, problems: [...told.problems!, ...problems] };
    told.warnings = [...told.warnings!, ...problems];
    missing = left;
    if (verdict === "done") continue;
    fresh.push(plan);
    keep.push(() => {
      guard.commit(page);
      keepGuard(rows, partner, page, guard);
    });
  }
  if (missing?.length) told.missing = missing;
  if (!fresh.length) return { ...told, code: "page.done_before", ids: 0, requests: 0 };
  return { fresh, keep: () => keep.forEach(each => each()) };
}

const pageKey = (cohort: string, { syncTaskId, pageNumber }: SyncPage) => JSON.stringify([cohort, syncTaskId, pageNumber]);

type Lines = (readonly [Planned, Queued[]])[];

/** The requests of pages that are new: what the members and the name decide is known only here. */
function linesOf(rows: GatewayRows, importer: Importer, partner: string, fresh: readonly Planned[], told: Told): Told | Lines {
  const lines: Lines = [];
  const refused = (problems: readonly Problem[]): Told => ({ ...told, code: "plan.invalid", ids: 0, requests: 0, problems });
  for (const plan of fresh) {
    const { cohort, segment, name, jobs, full } = plan;
    if (full) {
      const mended = planMend(rows, { partner, segment, all: false, ...full }, importer.now());
      if (!mended) return { ...told, code: "cohort.busy", ids: 0, requests: 0 };
      if ("ok" in mended) return refused(mended.problems);
      told.ids! += mended.added + mended.removed;
      told.requests! += mended.jobs.length;
      lines.push([plan, mended.jobs]);
    } else if (!name) {
      // A drain of a cohort of which nothing was ever sent would remove nobody, and look like a success.
      if (!isKnown(rows, cohort)) return refused([found("plan.needs_snapshot")]);
      lines.push([plan, jobs]);
    } else {
      const named = nameOf(rows, cohort) === segment.name;
      if (!named) told.requests!++;
      lines.push([plan, named ? jobs : [name, ...jobs]]);
    }
  }
  return lines;
}

/** Stores pages to be sent, all at once. */
async function store(importer: Importer, settings: Settings, partner: string, planned: Planned[], bodyHash: string, told: Told): Promise<Told> {
  return importer.state.transaction(rows => {
    const found = guarded(rows, partner, planned, bodyHash, told, importer.underway);
    if ("code" in found) return found;
    const lines = linesOf(rows, importer, partner, found.fresh, told);
    if ("code" in lines) return lines;
    if (settings.dryRun) return { ...told, code: "page.would_forward" };
    found.keep();
    for (const [{ cohort, segment, name, full }, jobs] of lines) {
      if (name || full) setName(rows, cohort, segment.name);
      enqueue(rows, cohort, jobs, importer.now());
    }
    return { ...told, code: "page.queued" };
  });
}

/** Sends pages before they are answered. */
async function send(importer: Importer, settings: Settings, partner: string, planned: Planned[], bodyHash: string, deadline: number, told: Told): Promise<Told> {
  const { state, underway } = importer;
  const begun = await state.transaction(rows => {
    const found = guarded(rows, partner, planned, bodyHash, told, underway);
    if ("code" in found) return found;
    return linesOf(rows, importer, partner, found.fresh, told);
  });
  if ("code" in begun) return begun;
  const keys = begun.flatMap(([{ cohort, page }]) => page ? [pageKey(cohort, page)] : []);
  keys.forEach(key => underway.add(key));
  try {
    for (const [{ cohort }, jobs] of begun) {
      const { failed } = await deliver(importer, settings, cohort, jobs, deadline);
      if (!failed) continue;
      const { job, said: { outcome, code, retryAt } } = failed;
      return {
        ...told, ...refusedByBraze(outcome, code, retryAt === undefined ? undefined : retryAt - importer.now()),
        ...outcome === "rejected" && { failed: { code, ids: job.ids, origin: placesOf(job.origin) } },
      };
    }
  } finally {
    keys.forEach(key => underway.delete(key));
  }
  // What was sent is safe: from here on a repeat of the page is one.
  await state.transaction(rows => {
    const found = guarded(rows, partner, begun.map(([plan]) => plan), bodyHash, { code: "", warnings: [], problems: [] }, underway);
    if ("keep" in found) found.keep();
  });
  return { ...told, code: "page.forwarded" };
}
