// Sending what waits: of each cohort one request after another, since the order decides who is in it.
import { MAX_RETRY_AFTER_MS } from "kohort:limits";
import type { Forwarded, GatewayQueue, GatewayRows } from "../../types";
import { planCohortImport } from "../plan";
import type { Settings } from "./config";
import { attempt, digest, halves, type Said, type Sender } from "./delivery";
import {
  accepted, endpointOf, endpoints, keepEndpoint, mappingOf, members, reject, stoppedBy, wasSent, type Drain, type Job, type Queued,
} from "./ledger";
import { dueOf, head, postpone, replace, turns, waiting } from "./waiting";

/** Members that a drain plans at once. */
const DRAINED = 50_000;
/** Cohorts whose requests are under way at once. */
const TOGETHER = 6;
/** Cohorts that are looked up together. */
const SOME = 50;
/** How long `forward` goes on before it asks to be called again: an alarm has no more than some minutes. */
const FORWARD_MS = 60_000;
/** How long it is left alone after the state or something else failed. */
export const AFTER_FAULT_MS = 10_000;

/** Has its time come? What is twice as far ahead as any wait can be was set by a clock that was wrong. */
const isDue = (at: number, now: number) => at <= now || at > now + 2 * MAX_RETRY_AFTER_MS;

/** What waits for one cohort: rows of the state, or a list of one call's own. */
export interface Line {
  head(rows: GatewayRows): [key: string, job: Queued] | undefined;
  replace(rows: GatewayRows, key: string, jobs: readonly Queued[], again?: Queued): void;
  /** What becomes of a request that Braze refuses. */
  refused(rows: GatewayRows, job: Job, code: string): void;
  /** The transaction has ended, and its changes hold. */
  ended(): void;
}

/** A line of one call's own. A state may run a transaction's work again: what it changes holds when it has ended. */
export function ownLine(jobs: readonly Queued[]): Line {
  let waiting = [...jobs], next: Queued[] | undefined;
  return {
    head: () => waiting.length ? ["", waiting[0]!] : undefined,
    replace: (_rows, _key, jobs, again) => { next = [...jobs, ...again ? [again] : [], ...waiting.slice(1)]; },
    refused: () => {},
    ended() {
      waiting = next ?? waiting;
      next = undefined;
    },
  };
}

const storedLine = (cohort: string, now: () => number): Line => ({
  head: rows => head(rows, cohort),
  replace: (rows, key, jobs, again) => replace(rows, cohort, key, jobs, again),
  refused: (rows, job, code) => reject(rows, cohort, job, code, now()),
  ended: () => {},
});

/** What came of the request at the head of a line; nothing where the line is empty. */
type Step = { job: Job; said: Said } | undefined;

async function step(sender: Sender, settings: Settings, cohort: string, line: Line, attempts: number): Promise<Step> {
  for (;;) {
    const next = await sender.state.transaction(rows => {
      const next = line.head(rows);
      if (!next) return undefined;
      const [key, job] = next;
      if ("drain" in job) line.replace(rows, key, ...drained(rows, cohort, job));
      else if (wasSent(rows, cohort, job)) line.replace(rows, key, []);
      else return [key, job] as const;
      return "again" as const;
    });
    line.ended();
    if (next === "again") continue;
    if (!next) return undefined;
    const [key, job] = next;
    const said = await attempt(sender, settings, job, attempts, rows => {
      accepted(rows, cohort, job, sender.keepsMembers);
      line.replace(rows, key, []);
    });
    if (said.outcome === "accepted") line.ended();
    const parts = said.outcome === "split" ? halves(job) : undefined;
    if (said.outcome === "split" && !parts) said.outcome = "rejected";
    if (said.outcome === "split" || said.outcome === "rejected") {
      await sender.state.transaction(rows => {
        if (parts) return line.replace(rows, key, parts);
        line.refused(rows, job, said.code);
        line.replace(rows, key, []);
      });
      line.ended();
    }
    return { job, said };
  }
}

/** What a drain removes next, and itself once more for those after them. */
function drained(rows: GatewayRows, cohort: string, drain: Drain): [Job[], Drain?] {
  const { members: found, last } = members(rows, cohort, drain.after, DRAINED);
  if (last === undefined) return [[]];
  const jobs: Job[] = [];
  for (const [kind, ids] of found) {
    const plan = planCohortImport(
      { action: "drain", segment: drain.drain, add: [], remove: [] },
      { partner: drain.partner, members: ids, mapping: mappingOf(kind), syncId: drain.syncId });
    // Its ids came out of requests that were planned or checked, so they can be planned.
    if (!plan.ok) throw new Error("members that cannot be planned");
    for (const { path, body, ids } of plan.requests) jobs.push({ path, body, ids });
  }
  return [jobs, { ...drain, after: last }];
}

/** What became of a call's own requests; `failed` names the one that was not accepted, where one was sent. */
export interface Delivered {
  sent: number;
  failed?: { job?: Job; said: Said };
}

/** Sends requests at once, and waits between attempts until the deadline. */
export async function deliver(sender: Sender, settings: Settings, cohort: string, jobs: readonly Queued[], deadline: number): Promise<Delivered> {
  const line = ownLine(jobs);
  let sent = 0, attempts = 0;
  for (;;) {
    const left = deadline - sender.now();
    // Its sender sends it again, and what was accepted is known then.
    if (left < 0) return { sent, failed: { said: { outcome: "retry", code: "gateway.late", status: 0 } } };
    const done = await step(sender, { ...settings, timeoutMs: Math.min(settings.timeoutMs, left + 1) }, cohort, line, attempts);
    if (!done) return { sent };
    const { outcome, retryAt = 0 } = done.said;
    if (outcome === "accepted") sent++;
    if (outcome === "accepted" || outcome === "split") {
      attempts = 0;
      continue;
    }
    const wait = retryAt - sender.now();
    if (outcome !== "retry" || sender.now() + wait > deadline) return { sent, failed: done };
    attempts++;
    await new Promise(resolve => setTimeout(resolve, Math.max(0, wait)));
  }
}

/** Tells of each request that `forward` sent. */
export type Watch = (done: { job: Job; said: Said; attempt: number; durationMs: number }) => void;

/** Sends what is stored until all of it is sent, or has to wait. */
export class Forwarder {
  #running: Promise<Forwarded> | undefined;
  /** What the next look is to be made with, where one is asked for. */
  #next: Settings | undefined;
  /** Begins one more cohort, where some are under way. */
  #more: (() => void) | undefined;

  constructor(readonly sender: Sender, readonly queue: GatewayQueue | undefined, readonly watch: Watch) {}

  /** One at a time: who calls meanwhile hears of the one that runs, which looks once more for what came. */
  run(settings: Settings): Promise<Forwarded> {
    // The newest settings hold, also for the one that runs: keys may have been corrected.
    this.#next = settings;
    this.#more?.();
    return this.#running ??= this.#run(settings);
  }

  async #run(settings: Settings): Promise<Forwarded> {
    const { state, now } = this.sender;
    const sum = { sent: 0, rejected: 0 };
    const until = now() + FORWARD_MS;
    const late = () => now() > until;
    try {
      for (;;) {
        for (; this.#next && !late(); await this.#all(settings, sum, late)) {
          settings = this.#next;
          this.#next = undefined;
        }
        const { dry, restEndpoint } = settings;
        const [left, [next], stopped] = await state.transaction(rows =>
          [waiting(rows), turns(rows, 1), dry ? "gateway.dry" : stoppedBy(rows, restEndpoint)] as const);
        const retryAt = next && (dry ? now() + FORWARD_MS : Math.max(now(), next[0]));
        if (retryAt !== undefined) await this.queue?.wake(retryAt);
        if (this.#next && !late()) continue;
        return { ...sum, left, ...retryAt !== undefined && { retryAt }, ...stopped && { stopped } };
      }
    } catch (error) {
      // What is stored is not forgotten for it.
      await this.queue?.wake(now() + AFTER_FAULT_MS);
      throw error;
    } finally {
      this.#running = undefined;
    }
  }

  /** Sends what may be sent now, and what comes meanwhile. */
  async #all(settings: Settings, sum: { sent: number; rejected: number }, late: () => boolean): Promise<void> {
    const { state, now } = this.sender;
    if (settings.dry) return;
    const keys = await digest(settings);
    const stops = await state.transaction(rows => Object.values(endpointOf(rows, settings.restEndpoint).stopped ?? {}));
    // What waits for other keys than these waits no longer.
    if (stops.some(stopped => stopped.keys !== keys)) await this.resume();
    const busy = new Set<string>(), lanes = new Set<Promise<void>>();
    let failed: { error: unknown } | undefined;
    let some: string[] = [];
    const lane = async () => {
      while (!late() && !failed) {
        if (!some.length) {
          const due = await state.transaction(rows => turns(rows, busy.size + SOME));
          some = due.flatMap(([at, cohort]) => isDue(at, now()) && !busy.has(cohort) ? [cohort] : []);
        }
        const next = some.shift();
        if (next === undefined) return;
        if (busy.has(next)) continue;
        busy.add(next);
        try { await this.#cohort(settings, next, sum, late); } finally { busy.delete(next); }
      }
    };
    // What comes meanwhile need not wait for what is slow.
    this.#more = () => {
      if (lanes.size >= TOGETHER) return;
      const one: Promise<void> = lane().catch(error => { failed ??= { error }; }).finally(() => lanes.delete(one));
      lanes.add(one);
    };
    for (let count = TOGETHER; count--;) this.#more();
    // WHY: all of them are waited for, also after one failed: the next call must not meet one at work.
    while (lanes.size) await Promise.all(lanes);
    this.#more = undefined;
    if (failed) throw failed.error;
  }

  async #cohort(settings: Settings, cohort: string, sum: { sent: number; rejected: number }, late: () => boolean): Promise<void> {
    const { state, now } = this.sender;
    const line = storedLine(cohort, now);
    while (!late()) {
      const due = await state.transaction(rows => dueOf(rows, cohort));
      // Somebody else may have been here since it was looked up.
      if (!due || !isDue(due.at, now())) return;
      const { attempts } = due, began = now();
      const done = await step(this.sender, settings, cohort, line, attempts);
      if (!done) return;
      const { outcome, retryAt } = done.said;
      this.watch({ ...done, attempt: attempts + 1, durationMs: now() - began });
      if (outcome === "accepted") sum.sent++;
      if (outcome === "rejected") sum.rejected++;
      if (retryAt === undefined) continue;
      await state.transaction(rows => {
        const due = dueOf(rows, cohort);
        // A request that was not sent, as the hour's budget is used up, was no attempt.
        if (due) postpone(rows, cohort, { ...due, at: retryAt, attempts: attempts + (done.said.status || done.said.code !== "gateway.budget" ? 1 : 0) });
      });
      return;
    }
  }

  /** Forgets that Braze refused the keys, and that anything was put off. */
  async resume(): Promise<void> {
    await this.sender.state.transaction(rows => {
      for (const [of, endpoint] of endpoints(rows)) keepEndpoint(rows, of, { ...endpoint, stopped: {} });
      for (const [, cohort] of turns(rows)) postpone(rows, cohort, { ...dueOf(rows, cohort)!, at: 0 });
    });
    await this.queue?.wake(this.sender.now());
  }
}
