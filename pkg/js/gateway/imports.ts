// Pages of cohorts: guarded against repeats, and sent or stored to be sent.
import type { GatewayQueue, GatewayRows, Problem } from "../../types";
import type { SyncGuard } from "../guard";
import { found } from "../problems";
import type { Place } from "./arrivals";
import { refusedByBraze, type Told } from "./answers";
import type { Settings } from "./config";
import type { Sender } from "./delivery";
import { guardOf, isKnown, keepGuard, keepIds, keepMapping, laterIds, nameOf, pageIds, setName, type Queued } from "./ledger";
import { planMend } from "./mend";
import { idsOf, placesOf, planPage, planPageByHost, type Planned, type Planning, type Source } from "./pages";
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
  importer: Importer, settings: Settings, partner: string, sources: readonly Source[], bodyHash: string, deadline: number, place: Place,
): Promise<Told> {
  const planning: Planning = { settings, partner, now: importer.now(), keepsMembers: importer.keepsMembers };
  const planned: Planned[] = [];
  try {
    for (const [at, source] of sources.entries()) {
      const plan = await planPageByHost(planning, source);
      if (Array.isArray(plan)) return { code: "plan.invalid", problems: under(sources, at, plan) };
      planned.push({ ...plan, warnings: under(sources, at, plan.warnings) });
    }
  } catch {
    // What was received is text that was checked: only what the configuration answers can be of a wrong form.
    return { code: "gateway.route", fault: "what `mapping` or `read` answered cannot be planned" };
  }
  if (settings.mode === "check") return told("page.checked", settings, planned);
  const taking = new Taking(importer, planning, planned, bodyHash);
  await place.turn;
  if (settings.dryRun || importer.queue) return importer.state.transaction(rows => taking.store(rows));
  const sending = importer.inTurn(planned.map(({ cohort }) => cohort), () => taking.send(deadline));
  place.leave();
  return sending;
}

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

/** A page that is taken: what waits of it, and how the guard keeps that it came. */
interface Taken { plan: Planned; line: Queued[]; keep(rows: GatewayRows): void }

class Taking {
  constructor(readonly importer: Importer, readonly planning: Planning, readonly planned: readonly Planned[], readonly bodyHash: string) {}

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
    const { partner } = this.planning;
    // Pages of one body may be of one segment: it is announced once.
    const guards = new Map<string, SyncGuard>(), names = new Map<string, string>();
    for (let plan of this.planned) {
      const { page, cohort } = plan;
      let keep: Taken["keep"] = () => {};
      if (page) {
        const guard = guards.get(cohort) ?? guardOf(rows, partner, page.segmentId);
        guards.set(cohort, guard);
        const newest = guard.state().syncs.at(-1)?.syncTaskId;
        const { verdict, problems, missing } = guard.begin(page, this.bodyHash);
        if (verdict === "conflict") return this.#told("page.conflict", [], { problems });
        more.missing = missing;
        if (verdict !== "new") continue;
        // A late page of the newest sync does no harm: what later pages said is left out of it.
        const late = newest === page.syncTaskId;
        more.warnings.push(...problems.filter(({ code }) => !(late && code === "drift.suspected")));
        if (plan.full && page.totalPages > 1) {
          if (!this.importer.queue || !page.syncTaskId) return this.#told("page.needs_queue", []);
          // A page of a list of everybody says of nobody that he left, before all of them have come.
          const own = plan.full;
          plan = { ...plan, full: missing.length ? undefined : { ...own, ids: [...pageIds(rows, cohort, page), ...own.ids] } };
          keep = rows => {
            const { complete } = guard.commit(page);
            keepGuard(rows, partner, page, guard);
            keepIds(rows, cohort, page, own.ids, complete);
          };
          const line = plan.full ? this.#line(rows, plan, names) : { plan, line: [] };
          if ("code" in line) return line;
          taken.push({ ...line, keep });
          continue;
        }
        const without = page.totalPages > 1 && page.syncTaskId ? laterIds(rows, cohort, page) : new Set<string>();
        if (without.size) {
          const again = planPage(this.planning, plan.source, without);
          if (Array.isArray(again)) return this.#told("plan.invalid", [], { problems: again });
          plan = again;
        }
        keep = rows => {
          const { complete } = guard.commit(page);
          keepGuard(rows, partner, page, guard);
          if (page.totalPages > 1 && page.syncTaskId) keepIds(rows, cohort, page, idsOf(plan), complete);
        };
      }
      const line = this.#line(rows, plan, names);
      if ("code" in line) return line;
      const { source } = plan, kept = keep;
      taken.push({ ...line, keep: rows => {
        kept(rows);
        if (source.action !== "drain") keepMapping(rows, cohort, source.mapping ?? "user_ids");
      } });
    }
    if (!more.missing?.length) delete more.missing;
    return taken.length || !this.planned.length ? { taken, more } : this.#told("page.done_before", [], more);
  }

  /** What waits of a page: what the members and the cohort's name decide is known only now. */
  #line(rows: GatewayRows, plan: Planned, names: Map<string, string>): Told | Omit<Taken, "keep"> {
    const { cohort, segment, name, jobs, full } = plan;
    const { partner, now } = this.planning;
    if (full) {
      const mended = planMend(rows, { partner, segment, all: false, ...full }, now);
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
