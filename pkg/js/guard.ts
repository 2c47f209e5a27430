// The page guard: which pages of a sync were taken, in two phases, since Heap sends a page again
// until it is accepted.
import { KEPT_SYNCS } from "kohort:limits";
import type { GuardAnswer, GuardState, Problem, SyncPage } from "../types";
import { fail, flag, isCount, options, record } from "./arguments";
import { found } from "./problems";

/** Missing pages that are named. */
const MISSING = 1_000;

type Page = { hash: string; done: boolean };
type Sync = { syncTaskId: string; totalPages: number; pages: Map<number, Page> };

export class SyncGuard {
  // So that it is called so when somebody prints one: bundlers shorten names.
  static readonly name = "SyncGuard";
  /** The syncs of each segment, the oldest first. */
  readonly #segments = new Map<string, Sync[]>();

  constructor(state?: GuardState | null, given?: { releaseInProgress?: boolean }) {
    const { releaseInProgress = false } = options(given, "releaseInProgress");
    // Text such as "false" would let pages in progress in once more.
    flag(releaseInProgress, "releaseInProgress");
    if (state === undefined || state === null) return;
    const wrong = () => fail("state must be what `state()` answered");
    if (state.version !== 1 || !Array.isArray(state.syncs)) wrong();
    for (const sync of state.syncs) {
      const { segmentId, syncTaskId, totalPages, pages } = Object(sync) as typeof sync;
      if (typeof segmentId !== "string" || typeof syncTaskId !== "string" || !isCount(totalPages) || !Array.isArray(pages)) wrong();
      const kept: Sync = { syncTaskId, totalPages, pages: new Map() };
      for (const page of pages) {
        const { pageNumber, hash, done } = Object(page) as typeof page;
        if (!isCount(pageNumber) || typeof hash !== "string" || typeof done !== "boolean") wrong();
        if (done || !releaseInProgress) kept.pages.set(pageNumber, { hash, done });
      }
      this.#of(segmentId).push(kept);
    }
  }

  #of(segmentId: string): Sync[] {
    const syncs = this.#segments.get(segmentId) ?? [];
    this.#segments.set(segmentId, syncs);
    return syncs;
  }

  begin(page: SyncPage, bodyHash: string): GuardAnswer {
    const { segmentId, syncTaskId, pageNumber, totalPages } = named(page);
    if (typeof bodyHash !== "string" || !bodyHash) fail("bodyHash must be a non-empty string");
    const problems: Problem[] = [];
    const note = (code: string, severity: Problem["severity"], help?: string) =>
      problems.push({ ...found(code), severity, ...help && { help } });
    const syncs = this.#of(segmentId);
    let sync = syncs.find(sync => sync.syncTaskId === syncTaskId);
    const known = sync?.pages.get(pageNumber);
    if (!isCount(pageNumber) || !isCount(totalPages) || pageNumber > totalPages) {
      note("sync.page_out_of_range", "error");
      return { verdict: "conflict", ...look(sync), problems };
    }
    if (!syncTaskId) {
      // What has no name cannot be known again: the next sync without one would look like this one.
      // The planner's help names an option that is not here.
      note("plan.no_sync_id", "warning", "take `sync_task_id` from the webhook");
      return { verdict: "new", ...look(sync), problems };
    }
    if (known) {
      const same = known.hash === bodyHash;
      if (!same) note("sync.page_conflict", "error");
      return { verdict: !same ? "conflict" : known.done ? "done" : "in_progress", ...look(sync), problems };
    }
    const last = syncs.at(-1);
    // Of an id on two pages of a sync the later page is meant, and what is applied last wins.
    if (sync ? last !== sync || [...sync.pages.keys()].some(other => other > pageNumber) : last && !look(last).complete) {
      note("drift.suspected", "warning");
    }
    if (!sync) {
      syncs.push(sync = { syncTaskId, totalPages, pages: new Map() });
      if (syncs.length > KEPT_SYNCS) syncs.shift();
    }
    if (sync.totalPages !== totalPages) {
      note("sync.total_pages_changed", "warning");
      sync.totalPages = totalPages;
    }
    sync.pages.set(pageNumber, { hash: bodyHash, done: false });
    return { verdict: "new", ...look(sync), problems };
  }

  commit(page: SyncPage): { missing: number[]; complete: boolean } {
    const { segmentId, syncTaskId, pageNumber } = named(page);
    const sync = this.#segments.get(segmentId)?.find(sync => sync.syncTaskId === syncTaskId);
    if (!syncTaskId) return look(sync);
    const known = sync?.pages.get(pageNumber);
    if (!known) throw new Error("commit needs a page that was begun and not released");
    known.done = true;
    return look(sync);
  }

  release(page: SyncPage): boolean {
    const { segmentId, syncTaskId, pageNumber } = named(page);
    const pages = this.#segments.get(segmentId)?.find(sync => sync.syncTaskId === syncTaskId)?.pages;
    return !!pages && pages.get(pageNumber)?.done === false && pages.delete(pageNumber);
  }

  state(): GuardState {
    const syncs: GuardState["syncs"] = [];
    for (const [segmentId, of] of this.#segments) {
      for (const { syncTaskId, totalPages, pages } of of) {
        syncs.push({ segmentId, syncTaskId, totalPages, pages: [...pages].map(([pageNumber, page]) => ({ pageNumber, ...page })) });
      }
    }
    return { version: 1, syncs };
  }

  toJSON(): GuardState {
    return this.state();
  }
}

function named(page: SyncPage): SyncPage {
  const { segmentId, syncTaskId, pageNumber, totalPages } = record(page, "page");
  if (typeof segmentId !== "string" || typeof syncTaskId !== "string" || typeof pageNumber !== "number") {
    fail("page must be { segmentId, syncTaskId, pageNumber, totalPages }");
  }
  return { segmentId, syncTaskId, pageNumber, totalPages };
}

/** Which pages have not come, and whether all are done. */
function look(sync: Sync | undefined): { missing: number[]; complete: boolean } {
  const missing: number[] = [];
  if (!sync) return { missing, complete: false };
  const { pages, totalPages } = sync;
  for (let n = 1; n <= totalPages && missing.length < MISSING; n++) if (!pages.has(n)) missing.push(n);
  return { missing, complete: !missing.length && [...pages.values()].every(page => page.done) };
}
