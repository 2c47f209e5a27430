// What waits to be sent, of each cohort in its order, and which cohort's turn is next.
import type { GatewayRows } from "../../types";
import { cohortAt, keepCohort, numbered, read, write, type Due, type Queued } from "./ledger";

/** Stores what is to be sent after everything that waits already. */
export function enqueue(rows: GatewayRows, cohort: string, jobs: readonly Queued[], now: number): void {
  // A page may change nothing: a cohort that is due has something to be sent.
  if (!jobs.length) return;
  const known = cohortAt(rows, cohort);
  for (const job of jobs) write(rows, `queue/${cohort}`, numbered(known.next++), job);
  keepCohort(rows, cohort, known);
  const due = known.due ?? { at: now, attempts: 0, jobs: 0 };
  postpone(rows, cohort, { ...due, jobs: due.jobs + jobs.length });
}

/** Of what waits of a cohort: how much, when the first of it may be sent, and how often that failed. */
export const dueOf = (rows: GatewayRows, cohort: string): Due | undefined => cohortAt(rows, cohort).due;

const turn = (at: number, cohort: string) => `${String(Math.max(0, Math.ceil(at))).padStart(16, "0")} ${cohort}`;

/** Has a cohort's turn come at another time, or after nothing of it waits any longer never. */
export function postpone(rows: GatewayRows, cohort: string, due: Due | undefined): void {
  const known = cohortAt(rows, cohort);
  if (known.due?.at !== due?.at) {
    if (known.due) rows.delete("due", turn(known.due.at, cohort));
    if (due) rows.set("due", turn(due.at, cohort), "");
  }
  rows.set("waiting", "jobs", String(waiting(rows) - (known.due?.jobs ?? 0) + (due?.jobs ?? 0)));
  keepCohort(rows, cohort, { ...known, due });
}

/** How many requests wait. */
export const waiting = (rows: GatewayRows): number => read<number>(rows, "waiting", "jobs") ?? 0;

/** Cohorts by whose turn is next, at most so many, each with its time. */
export const turns = (rows: GatewayRows, limit?: number): [at: number, cohort: string][] =>
  rows.keys("due", { limit }).map(key => [Number(key.slice(0, 16)), key.slice(17)]);

/** What is to be sent next of a cohort, with its key. */
export function head(rows: GatewayRows, cohort: string): [key: string, job: Queued] | undefined {
  const [key] = rows.keys(`queue/${cohort}`, { limit: 1 });
  return key === undefined ? undefined : [key, read<Queued>(rows, `queue/${cohort}`, key)!];
}

/** Takes the first entry out, with others in its place, such as two halves, and itself once more after them. */
export function replace(rows: GatewayRows, cohort: string, key: string, jobs: readonly Queued[], again?: Queued): void {
  rows.delete(`queue/${cohort}`, key);
  // Before the next number in their order: `000007.000`, `000007.001`.
  jobs.forEach((job, at) => write(rows, `queue/${cohort}`, `${key}.${numbered(at)}`, job));
  if (again) write(rows, `queue/${cohort}`, `${key}.~`, again);
  const { at, jobs: before } = dueOf(rows, cohort)!;
  const left = before - 1 + jobs.length + (again ? 1 : 0);
  postpone(rows, cohort, left ? { at, attempts: 0, jobs: left } : undefined);
}
