// Pages of cohorts: guarded against repeats, and sent or stored to be sent.
import type { GatewayQueue, GatewayRows, Problem, SyncPage } from "../../types";
import type { SyncGuard } from "../guard";
import { found } from "../problems";
import type { Place } from "./arrivals";
import { refusedByBraze, type Told } from "./answers";
import type { Settings } from "./config";
import type { Sender } from "./delivery";
import { closeSyncs, drainedAt, guardOf, isKnown, keepGuard, keepIds, keepMapping, laterIds, nameOf, noteDrain, otherIds, setName, type Queued } from "./ledger";
import { planMend } from "./mend";
import { idsOf, nobodysOf, placesOf, planPage, planPageByHost, type Planned, type Planning, type Source } from "./pages";
import { enqueue } from "./waiting";
import { deliver } from "./work";

/** What pages are taken by. */
export interface Importer extends Sender {
  queue: GatewayQueue | undefined;
  /** Runs work on cohorts after the work on them that began before. */
  inTurn<T>(cohorts: readonly string[], work: () => Promise<T>): Promise<T>;
}

/** Takes pages whose body has this hash; all of them are planned before anything is sent or stored. */
export async function importPages(
  importer: Importer, settings: Settings, partner: string, sources: readonly Source[], bodyHash: string, deadline: number, place: Place, signedAt?: number,
): Promise<Told> {
  const planning: Planning = { settings, partner, now: importer.now(), keepsMembers: importer.keepsMembers };
  const planned: Planned[] = [];
  try {
    if (sources.some(({ segment, page }) => isTooLong(segment.id) || isTooLong(page?.syncTaskId))) return { code: "page.name_too_long" };
    for (const [at, source] of sources.entries()) {
      const plan = await planPageByHost(planning, source);
      if (Array.isArray(plan)) return { code: "plan.invalid", problems: under(sources, at, plan) };
      planned.push({ ...plan, warnings: under(sources, at, plan.warnings) });
    }
  } catch {
    // What was received is text that was checked: only what the configuration answers can be of a wrong form.
    return { code: "gateway.route", fault: "what `mapping` or `read` answered cannot be planned" };
  }
  // What a list of everybody or a drain changes, another part of the same body cannot know.
  if (planned.some(({ cohort, source }) => source.action !== "sync" && planned.filter(other => other.cohort === cohort).length > 1)) return { code: "page.several" };
  if (settings.mode === "check") return told("page.checked", settings, planned);
  const taking = new Taking(importer, planning, planned, bodyHash, signedAt);
  await place.turn;
  if (settings.dryRun || importer.queue) return importer.state.transaction(rows => taking.store(rows));
  const sending = importer.inTurn(planned.map(({ cohort }) => cohort), () => taking.send(deadline));
  place.leave();
  return sending;
}

/** Names that are parts of keys, of which a store takes no longer ones. */
const LONGEST_NAME = 1_000;
export const isTooLong = (name: string | undefined) => name !== undefined && name.length > LONGEST_NAME;

/** Of several pages paths begin with the page's index. */
const under = (sources: readonly Source[], at: number, problems: readonly Problem[]) =>
  sources.length > 1 ? problems.map(problem => ({ ...problem, path: `/${at}${problem.path}` })) : problems;

/** What pages come to, all together. */
function told(code: string, { prefilter }: Settings, planned: readonly Planned[], more: Partial<Told> = {}): Told {
  const sum = (of: (plan: Planned) => number | undefined) => planned.reduce((sum, plan) => sum + (of(plan) ?? 0), 0);
  return {
    code, received: sum(plan => plan.received), ids: sum(plan => plan.ids), requests: sum(plan => plan.requests),
    ...prefilter && { unknown: sum(plan => plan.unknown), falsePositiveRate: prefilter.directory.falsePositiveRate },
    ...more, warnings: [...planned.flatMap(({ warnings }) => warnings), ...more.warnings ?? []],
  };
}

/** A page that is new; one that `waits` for others is kept, and sends nothing. */
interface Looked { plan: Planned; waits?: boolean; keep(rows: GatewayRows): void }

/** A page that is taken: what waits of it, and how the guard keeps that it came. */
interface Taken { plan: Planned; line: Queued[]; keep(rows: GatewayRows): void }

class Taking {
  constructor(readonly importer: Importer, readonly planning: Planning, readonly planned: readonly Planned[], readonly bodyHash: string, readonly signedAt?: number) {}

  #told(code: string, planned: readonly Planned[], more?: Partial<Told>): Told {
    const all = told(code, this.planning.settings, this.planned, more);
    // What is received is told of all, what is done of those that were new.
    const { ids, requests } = told(code, this.planning.settings, planned);
    return { ...all, ids: ids!, requests: requests! };
  }

  /** Which pages are new, with all that belongs to them; or what to answer. Changes nothing. */
  #look(rows: GatewayRows): Told | { taken: Taken[]; more: Partial<Told> } {
    const taken: Taken[] = [];
    const more: { warnings: Problem[]; missing?: number[] } = { warnings: [] };
    // Pages of one body may be of one segment: it is announced once.
    const guards = new Map<string, SyncGuard>(), names = new Map<string, string>();
    for (const plan of this.planned) {
      const { source, cohort } = plan;
      const looked = plan.page ? this.#page(rows, plan, plan.page, guards, more) : this.#whole(rows, plan);
      if (!looked) continue;
      if ("code" in looked) return looked;
      const line = looked.waits ? { plan: looked.plan, line: [] } : this.#line(rows, looked.plan, names);
      if ("code" in line) return line;
      taken.push({ ...line, keep: rows => {
        looked.keep(rows);
        if (source.action !== "drain") keepMapping(rows, cohort, source.mapping ?? "user_ids");
      } });
    }
    if (!more.missing?.length) delete more.missing;
    return taken.length || !this.planned.length ? { taken, more } : this.#told("page.done_before", [], more);
  }

  /** A page of a sync: nothing where it came before. */
  #page(rows: GatewayRows, plan: Planned, page: SyncPage, guards: Map<string, SyncGuard>, more: { warnings: Problem[]; missing?: number[] }): Told | Looked | undefined {
    const { cohort, full, source: { mapping = "user_ids" } } = plan;
    const guard = guards.get(cohort) ?? guardOf(rows, this.planning.partner, page.segmentId);
    guards.set(cohort, guard);
    const before = guard.state().syncs, newest = before.at(-1)?.syncTaskId;
    // Of an older sync, or of one without a name, nothing is kept in place of what is kept of the newest.
    const counts = page.totalPages > 1 && page.syncTaskId !== "" && (newest === page.syncTaskId || !before.some(({ syncTaskId }) => syncTaskId === page.syncTaskId));
    const { verdict, problems, missing } = guard.begin(page, this.bodyHash);
    if (verdict === "conflict") return this.#told("page.conflict", [], { problems });
    more.missing = missing;
    if (verdict !== "new") return undefined;
    // A late page of the newest sync does no harm: what later pages said is left out of it.
    more.warnings.push(...problems.filter(({ code }) => !(newest === page.syncTaskId && code === "drift.suspected")));
    const keep = (ids?: readonly string[], whole?: boolean) => (rows: GatewayRows) => {
      const { complete } = guard.commit(page);
      keepGuard(rows, this.planning.partner, page, guard);
      if (ids) keepIds(rows, cohort, page, mapping, ids, whole ?? complete);
    };
    if (full && page.totalPages > 1) {
      if (!this.importer.queue || !page.syncTaskId) return this.#told("page.needs_queue", []);
      // A page of a list of everybody says of nobody that he left, before all of them have come.
      const others = counts ? otherIds(rows, cohort, page, mapping) : undefined;
      if (counts && !others && !missing.length) more.warnings.push({ ...found("drift.suspected"), severity: "warning" });
      return others ? { plan: { ...plan, full: { ...full, ids: [...others, ...full.ids] } }, keep: keep([], true) }
        : { plan, waits: true, keep: keep(counts ? full.ids : undefined, false) };
    }
    if (!counts) return { plan, keep: keep() };
    const without = laterIds(rows, cohort, page, mapping);
    const again = without.size ? planPage(this.planning, plan.source, without) : plan;
    if (Array.isArray(again)) return this.#told("plan.invalid", [], { problems: again });
    return { plan: again, keep: keep(idsOf(plan)) };
  }

  /** A drain, or a list of everybody, in one: nothing where the drain came before. */
  #whole(rows: GatewayRows, plan: Planned): Looked | undefined {
    const { partner, now } = this.planning, { cohort, segment, full, source } = plan;
    const at = this.signedAt;
    if (source.action === "sync") return { plan, keep: () => {} };
    if (!full && at !== undefined && at <= drainedAt(rows, cohort)) return undefined;
    return { plan, keep: rows => {
      closeSyncs(rows, partner, segment.id, `${source.action} ${now}`);
      if (!full && at !== undefined) noteDrain(rows, cohort, at);
    } };
  }

  /** What waits of a page: what the members and the cohort's name decide is known only now. */
  #line(rows: GatewayRows, plan: Planned, names: Map<string, string>): Told | Omit<Taken, "keep"> {
    const { cohort, segment, name, jobs, full } = plan;
    const { partner, now } = this.planning;
    if (full) {
      const mended = planMend(rows, { partner, segment, all: false, nobodys: nobodysOf(this.planning.settings, full), ...full }, now);
      if (!mended) return this.#told("cohort.busy", []);
      if ("ok" in mended) return this.#told("plan.invalid", [], { problems: mended.problems });
      const { jobs: line, added, removed, warnings } = mended;
      return { plan: { ...plan, ids: added + removed, requests: line.length, warnings }, line };
    }
    if (name) {
      const last = names.get(cohort) ?? nameOf(rows, cohort);
      names.set(cohort, segment.name);
      return last === segment.name ? { plan, line: jobs }
        : { plan: { ...plan, requests: plan.requests + 1 }, line: [name, ...jobs] };
    }
    // A drain of a cohort of which nothing was ever sent would remove nobody, and look like a success.
    return isKnown(rows, cohort) ? { plan, line: jobs } : this.#told("plan.invalid", [], { problems: [found("plan.needs_snapshot")] });
  }

  /** Stores pages to be sent, all at once. */
  store(rows: GatewayRows): Told {
    const looked = this.#look(rows);
    if ("code" in looked) return looked;
    const { taken, more } = looked;
    const plans = taken.map(({ plan }) => plan);
    if (this.planning.settings.dryRun) return this.#told("page.would_forward", plans, more);
    for (const { plan: { cohort, segment, name, full }, line, keep } of taken) {
      keep(rows);
      if (name || full) setName(rows, cohort, segment.name);
      if (line.length) enqueue(rows, cohort, line, this.planning.now);
    }
    return this.#told("page.queued", plans, more);
  }

  /** Sends pages before they are answered. */
  async send(deadline: number): Promise<Told> {
    const { importer, planning: { settings } } = this;
    const { state } = importer;
    const looked = await state.transaction(rows => this.#look(rows));
    if ("code" in looked) return looked;
    const { taken, more } = looked;
    const plans = taken.map(({ plan }) => plan);
    for (const { plan: { cohort }, line } of taken) {
      const { failed } = await deliver(importer, settings, cohort, line, deadline);
      if (!failed) continue;
      const { job, said: { outcome, code, retryAt } } = failed;
      return this.#told(code, plans, {
        ...more, ...refusedByBraze(outcome, code, retryAt === undefined ? undefined : retryAt - importer.now()),
        ...outcome === "rejected" && { failed: { code, ids: job!.ids, origin: placesOf(job!.origin) } },
      });
    }
    // What was sent is safe: from here on a repeat of the page is one. Nothing of these cohorts came in
    // between, since they are worked on in turn.
    await state.transaction(rows => taken.forEach(({ keep }) => keep(rows)));
    return this.#told("page.forwarded", plans, more);
  }
}
